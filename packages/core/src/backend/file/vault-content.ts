import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { AuditHead } from '../../audit/event.ts'
import type { Environment } from '../../credential/exchange.ts'
import type { VaultDocument } from '../document/document.ts'
import { sortedJson } from './sorted-json.ts'

const FORMAT = 'mm-secrets/vault/1'

/** Two spaces, as a person who decrypts it with `age -d` reads it best. */
const INDENT = 2

/** Somebody who can open the vault. */
export interface StoredRecipient {
  /** `age1…` */
  readonly recipient: string
  readonly label: string
  /** ISO 8601 */
  readonly addedAt: string
  /** The first version that he can open. */
  readonly from: number
}

/** How a new `macKey` was made known to those who stayed when somebody was removed. */
export interface Succession {
  /** The first version under the new `macKey`. */
  readonly number: number
  /** The recipient of who wrote that version. */
  readonly by: string
  /** For each recipient that stayed, an HMAC that only he and `by` can make. */
  readonly vouchers: Readonly<Record<string, string>>
}

/** What one version of a vault holds beside its MAC. */
export interface VaultContent extends VaultDocument {
  readonly env: Environment
  /** From 1; the one in the file's name. */
  readonly number: number
  /** SHA-256 of the file of the version before, in hex; null for the first. */
  readonly parent: string | null
  /** ISO 8601 */
  readonly writtenAt: string
  /** Base64 of 32 bytes; every version of a vault has the same, until somebody is removed. */
  readonly macKey: string
  /** Everyone to whom the next version is encrypted. */
  readonly recipients: readonly StoredRecipient[]
  /** Where the audit log of each recipient's machine stood when he last wrote. */
  readonly auditHeads: Readonly<Record<string, AuditHead>>
  readonly succession: Succession | null
  /** Versions below this number are none of this vault's: what is left of them does not count. */
  readonly since: number
}

/** How the plaintext ends: with the MAC of all the text before. */
const END = /,\n {2}"mac": "([0-9a-f]{64})"\n\}\n$/
const END_LENGTH = ',\n  "mac": ""\n}\n'.length + 64

/**
 * The plaintext of a version: JSON with sorted names, and last an HMAC-SHA256 of the text before it. The recipient of a
 * vault is public, so anybody can encrypt to it; only who has opened the vault knows its `macKey`.
 */
export function formatVault(content: VaultContent): string {
  const open = sortedJson({ format: FORMAT, ...content }, INDENT).slice(0, -'\n}'.length)
  return `${open},\n  "mac": "${macOf(open, content.macKey)}"\n}\n`
}

/**
 * Reads the plaintext of a version. The MAC is of the text as it stands: to write ten thousand credentials out again, only
 * to compare, would cost more than all the rest.
 *
 * @returns null when its form or its MAC does not hold
 */
export function parseVault(text: string): VaultContent | null {
  const mac = END.exec(text.slice(-END_LENGTH))?.[1]
  const parsed = parseObject(text)
  if (parsed === null || mac === undefined) return null
  const { mac: _mac, ...rest } = parsed
  if (!isContent(rest)) return null
  if (!sameText(mac, macOf(text.slice(0, -END_LENGTH), rest.macKey))) return null
  const { format: _format, ...content } = rest
  return content
}

/** SHA-256 in hex. */
export function hashOf(file: Uint8Array): string {
  return createHash('sha256').update(file).digest('hex')
}

/** Compares in a time that does not depend on where two texts differ. */
export function sameText(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function macOf(text: string, macKey: string): string {
  return createHmac('sha256', Buffer.from(macKey, 'base64')).update(text).digest('hex')
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const parsed: unknown = JSON.parse(text)
    return isObject(parsed) ? parsed : null
  } catch {
    // The parser's message would quote the vault.
    return null
  }
}

function isContent(
  value: Readonly<Record<string, unknown>>,
): value is Readonly<Record<string, unknown>> & VaultContent & { format: string } {
  return (
    value['format'] === FORMAT &&
    typeof value['env'] === 'string' &&
    typeof value['number'] === 'number' &&
    (value['parent'] === null || typeof value['parent'] === 'string') &&
    typeof value['writtenAt'] === 'string' &&
    typeof value['macKey'] === 'string' &&
    typeof value['auditKey'] === 'string' &&
    (value['auditHead'] === null || isHead(value['auditHead'])) &&
    isObject(value['credentials']) &&
    isShared(value)
  )
}

function isShared(value: Readonly<Record<string, unknown>>): boolean {
  const { auditHeads, recipients, since, succession } = value
  return (
    Array.isArray(recipients) &&
    recipients.every(isRecipient) &&
    isObject(auditHeads) &&
    Object.values(auditHeads).every(isHead) &&
    (succession === null || isSuccession(succession)) &&
    typeof since === 'number'
  )
}

function isRecipient(value: unknown): value is StoredRecipient {
  return (
    isObject(value) &&
    typeof value['recipient'] === 'string' &&
    typeof value['label'] === 'string' &&
    typeof value['addedAt'] === 'string' &&
    typeof value['from'] === 'number'
  )
}

function isSuccession(value: unknown): value is Succession {
  return (
    isObject(value) &&
    typeof value['number'] === 'number' &&
    typeof value['by'] === 'string' &&
    isObject(value['vouchers']) &&
    Object.values(value['vouchers']).every((voucher) => typeof voucher === 'string')
  )
}

function isHead(value: unknown): value is AuditHead {
  return (
    isObject(value) && typeof value['sequence'] === 'number' && typeof value['mac'] === 'string'
  )
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
