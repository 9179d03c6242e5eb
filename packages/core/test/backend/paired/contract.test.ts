import { pairedBackend } from '../../../src/backend/paired/paired-backend.ts'
import { describeBackend } from '../../contract/index.ts'
import { labelledStore } from './labelled-store.ts'
import { quickClock } from './quick-clock.ts'

describeBackend('the paired backend over a store of labelled secrets', () => {
  const clock = quickClock()
  const store = labelledStore(clock)
  const open = () => pairedBackend(store, { clock, warn: () => undefined })
  return Promise.resolve({
    backend: open(),
    clock,
    reopen: () => Promise.resolve(open()),
    dispose: () => Promise.resolve(),
  })
})
