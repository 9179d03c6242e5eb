import type { Group } from '../../app.ts'
import { backup } from './backup.ts'
import { add, list, remove } from './recipients/index.ts'
import { restore } from './restore.ts'
import { trust } from './trust.ts'

export const vault: Group = {
  brief: 'Who can open a vault, and its backups',
  verbs: {
    recipients: {
      brief: 'List, add or remove those who can open a vault',
      verbs: { list, add, rm: remove },
    },
    trust,
    backup,
    restore,
  },
}
