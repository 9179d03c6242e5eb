import { join } from 'node:path'
import type { AuditLog } from '../audit/event.ts'
import type { Environment } from '../credential/exchange.ts'
import type { FileSystem } from '../runtime/deps.ts'
import type { Settings } from '../settings/settings.ts'
import type { Finding } from './finding.ts'
import { failing, fine } from './finding.ts'
import { examineFolder } from './folder.ts'

/** Whether the audit log of an environment takes records, and whether those that are there hold. */
export async function examineAudit(
  audit: Pick<AuditLog, 'verify'>,
  settings: Pick<Settings, 'auditSinks' | 'environments' | 'home'>,
  env: Environment,
  fs: FileSystem,
): Promise<readonly Finding[]> {
  const sinks = settings.environments[env]?.auditSinks ?? settings.auditSinks
  const folder = await examineFolder(fs, join(settings.home, env, 'audit'), `the log of ${env}`)
  const chain = await verified(audit, env)
  return [folder, chain, ...(sinks.includes('file') ? [] : [notKept(env, sinks)])]
}

async function verified(audit: Pick<AuditLog, 'verify'>, env: Environment): Promise<Finding> {
  try {
    const { broken, records } = await audit.verify(env, [])
    if (broken === null) {
      const counted = records === 1 ? '1 record' : `${records} records`
      return fine('audit', `The audit log of ${env} holds: ${counted}.`)
    }
    return {
      check: 'audit',
      level: 'error',
      message: `The audit log of ${env} does not verify: ${broken}`,
      fix: 'Keep a copy of the log as it is, and find out who could write to it.',
    }
  } catch (error) {
    return failing('audit', error)
  }
}

function notKept(env: Environment, sinks: readonly string[]): Finding {
  return {
    check: 'audit-sinks',
    level: 'note',
    message: `Audit records of ${env} go to ${sinks.join(', ')} alone, so audit show and verify do not see them.`,
    fix: 'Add file to MM_AUDIT_SINKS, or to audit_sinks in config.json.',
  }
}
