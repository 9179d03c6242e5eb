import type { Account } from '../keys/account.ts'
import { parseIps } from '../keys/ip-binding.ts'
import { bybitMaterial } from '../keys/key-material.ts'
import { bybitError, parameterError } from './bybit-error.ts'
import {
  BYBIT_PERMISSIONS,
  describePermissions,
  expiryOf,
  mayDo,
  type BybitKey,
  type BybitPermissionGroup,
  type BybitPermissions,
} from './bybit-key.ts'
import { boundIps, dateTime, validity } from './describe-key.ts'
import type { Answer, Parameters, SignedCall } from './endpoint.ts'

const OF_MASTER = ['Wallet/AccountTransfer', 'Wallet/SubMemberTransfer', 'Wallet/Withdraw']
const OF_SUB = ['Wallet/AccountTransfer', 'Wallet/SubMemberTransferList']

/** https://bybit-exchange.github.io/docs/v5/user/create-subuid-apikey: the secret is shown this once. */
export function createSubApi(call: SignedCall): Answer {
  const { key: caller, keys, parameters, time } = call
  requireMaster(call)
  requireManaging(caller)
  const { subuid, note = '', readOnly, ips } = parameters
  if (!Number.isSafeInteger(subuid)) throw parameterError('subuid')
  const account = subAccount(call, Number(subuid))
  if (typeof note !== 'string') throw parameterError('note')
  if (readOnly !== 0 && readOnly !== 1) throw parameterError('readOnly')
  const bound = parseBinding(ips)
  const { apiKey, secret } = bybitMaterial()
  const key: BybitKey = {
    id: keys.nextId(),
    apiKey,
    credential: { kind: 'hmac', secret },
    account,
    permissions: parsePermissions(parameters['permissions']),
    readOnly: readOnly === 1,
    ips: bound,
    note,
    createdAt: time,
    expiresAt: expiryOf(bound, time),
    issued: true,
  }
  keys.put(key)
  return {
    message: '',
    result: {
      id: key.id,
      note,
      apiKey,
      readOnly,
      secret,
      permissions: describePermissions(key.permissions),
    },
  }
}

/**
 * What is left out is not left alone: without readOnly the key may write, without ips it is bound to nothing.
 * https://bybit-exchange.github.io/docs/v5/user/modify-sub-apikey
 */
export function updateSubApi(call: SignedCall): Answer {
  const { keys, parameters, time } = call
  const key = managedKey(call)
  const { readOnly = 0, ips, permissions } = parameters
  if (readOnly !== 0 && readOnly !== 1) throw parameterError('readOnly')
  const bound = parseBinding(ips)
  const changed: BybitKey = {
    ...key,
    readOnly: readOnly === 1,
    ips: bound,
    expiresAt: expiryOf(bound, time),
    permissions: permissions === undefined ? key.permissions : parsePermissions(permissions),
  }
  keys.put(changed)
  return {
    message: '',
    result: {
      id: key.id,
      note: key.note,
      apiKey: key.apiKey,
      readOnly,
      secret: '',
      permissions: describePermissions(changed.permissions),
      ips: boundIps(changed),
    },
  }
}

/** https://bybit-exchange.github.io/docs/v5/user/rm-sub-apikey: it is invalid at once. */
export function deleteSubApi(call: SignedCall): Answer {
  call.keys.remove(managedKey(call))
  return { message: '', result: {} }
}

/** https://bybit-exchange.github.io/docs/v5/user/list-sub-apikeys */
export function subApiKeys(call: SignedCall): Answer {
  requireMaster(call)
  const { subMemberId, limit = '20', cursor = '' } = call.parameters
  if (typeof subMemberId !== 'string' || !/^\d{1,15}$/.test(subMemberId)) {
    throw parameterError('subMemberId')
  }
  const size = Number(limit)
  if (!Number.isInteger(size) || size < 1 || size > 20) throw parameterError('limit')
  const keys = call.keys.ofAccount(subAccount(call, Number(subMemberId)))
  const start = cursor === '' ? 0 : keys.findIndex((key) => cursorAt(key) === cursor)
  if (start < 0) throw parameterError('cursor')
  const next = keys[start + size]
  return {
    message: '',
    result: {
      result: keys.slice(start, start + size).map((key) => listed(key, call.time)),
      nextPageCursor: next === undefined ? '' : cursorAt(next),
    },
  }
}

/** Bybit's cursors hold what looks encoded already, which a client has to encode once more. */
function cursorAt({ id, createdAt }: BybitKey): string {
  return `${id}%3A${createdAt}`
}

const SOON_DAYS = 7

function listed(key: BybitKey, time: number): unknown {
  const { deadlineDay, expiredAt } = validity(key, time)
  const expired = key.expiresAt !== null && key.expiresAt <= time
  const ending = deadlineDay < SOON_DAYS ? 4 : 3
  return {
    id: key.id,
    ips: boundIps(key),
    apiKey: key.apiKey,
    note: key.note,
    status: key.expiresAt === null ? 1 : expired ? 2 : ending,
    expiredAt,
    createdAt: dateTime(key.createdAt),
    type: 1,
    permissions: describePermissions(key.permissions),
    secret: '******',
    readOnly: key.readOnly,
    deadlineDay,
    flag: key.credential.kind,
  }
}

function requireMaster({ key }: SignedCall): void {
  if (key.account.masterUid !== null) throw bybitError(10005)
}

/** Keys are managed by those that may move money, and that may write. */
function requireManaging(caller: BybitKey): void {
  const wanted = caller.account.masterUid === null ? OF_MASTER : OF_SUB
  if (caller.readOnly || !mayDo(caller, wanted)) throw bybitError(10005)
}

function subAccount({ key, keys }: SignedCall, uid: number): Account {
  const account = keys.account(key.account.site, uid)
  if (account?.masterUid !== key.account.uid) throw parameterError('sub uid')
  return account
}

/** A master names the key, a sub-account manages the key that it signs with and may name none. */
function managedKey(call: SignedCall): BybitKey {
  const { key: caller, keys, parameters } = call
  requireManaging(caller)
  const { apikey } = parameters
  if (caller.account.masterUid !== null) {
    if (apikey !== undefined) throw parameterError('apikey')
    return caller
  }
  if (typeof apikey !== 'string') throw parameterError('apikey')
  const key = keys.find(apikey, caller.account.site)
  if (key?.account.masterUid !== caller.account.uid) throw parameterError('apikey')
  return key
}

/** A text of addresses; the page on updating once documented a list. Absent and '*': bound to nothing. */
function parseBinding(value: unknown): readonly string[] {
  const text = Array.isArray(value) ? value.join(',') : (value ?? '*')
  if (typeof text !== 'string') throw parameterError('ips')
  if (text === '*') return []
  const ips = parseIps(text)
  if (ips === null || ips.length === 0) throw parameterError('ips')
  return ips
}

/** What only a master account can have, or nobody any more. */
const NOT_FOR_SUBS = ['Wallet/SubMemberTransfer', 'Wallet/Withdraw', 'Affiliate/Affiliate']

function parsePermissions(value: unknown): BybitPermissions {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw parameterError('permissions')
  }
  const groups = Object.entries(value as Parameters).map(([group, names]) => {
    if (!isGroup(group) || !Array.isArray(names)) throw parameterError(`permissions ${group}`)
    const known: readonly string[] = BYBIT_PERMISSIONS[group]
    for (const name of names as readonly unknown[]) {
      const allowed =
        typeof name === 'string' &&
        known.includes(name) &&
        !NOT_FOR_SUBS.includes(`${group}/${name}`)
      if (!allowed) throw parameterError(`permissions ${group}`)
    }
    return [group, names as readonly string[]] as const
  })
  // "one of below types must be passed, otherwise the error is thrown"
  if (!groups.some(([, names]) => names.length > 0)) throw parameterError('permissions')
  return Object.fromEntries(groups)
}

function isGroup(name: string): name is BybitPermissionGroup {
  return Object.hasOwn(BYBIT_PERMISSIONS, name)
}
