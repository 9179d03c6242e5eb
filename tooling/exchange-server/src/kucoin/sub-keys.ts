import type { Account } from '../keys/account.ts'
import { parseIps } from '../keys/ip-binding.ts'
import { kucoinMaterial } from '../keys/key-material.ts'
import { describeKey } from './account.ts'
import type { SignedCall } from './endpoint.ts'
import { kucoinError, parameterError } from './kucoin-error.ts'
import { KUCOIN_PERMISSIONS, type KucoinKey, type KucoinPermission } from './kucoin-key.ts'

const MOST_IPS = 20
const DAY_MS = 24 * 60 * 60 * 1000

/** https://www.kucoin.com/docs-new/api-3470138: the secret is shown this once, beside the passphrase. */
export function addSubKey(call: SignedCall): unknown {
  const { keys, parameters, time } = call
  const account = subAccount(call)
  const passphrase = text(call, 'passphrase')
  if (!/^\S{7,32}$/.test(passphrase)) throw parameterError('passphrase')
  const note = text(call, 'remark')
  if (note.length < 1 || note.length > 24) throw parameterError('remark')
  const { apiKey, secret } = kucoinMaterial()
  const key: KucoinKey = {
    id: keys.nextId(),
    apiKey,
    credential: { kind: 'hmac', secret },
    account,
    passphrase,
    version: 3,
    permissions: permissionsOf(parameters['permission']),
    ips: whitelist(parameters['ipWhitelist']),
    note,
    createdAt: time,
    expiresAt: expiry(parameters['expire'], time),
    issued: true,
  }
  keys.put(key)
  return {
    subName: account.name,
    remark: note,
    apiKey,
    apiSecret: secret,
    apiVersion: key.version,
    passphrase,
    permission: key.permissions.join(','),
    ...(key.ips.length === 0 ? {} : { ipWhitelist: key.ips.join(',') }),
    createdAt: time,
  }
}

/**
 * What is left out falls back to what a new key would have: General, no addresses, no end.
 * https://www.kucoin.com/docs-new/api-3470139
 */
export function modifySubKey(call: SignedCall): unknown {
  const { keys, parameters, time } = call
  const key = managedKey(call)
  const changed: KucoinKey = {
    ...key,
    permissions: permissionsOf(parameters['permission']),
    ips: whitelist(parameters['ipWhitelist']),
    expiresAt: expiry(parameters['expire'], time),
  }
  keys.put(changed)
  return {
    subName: key.account.name,
    apiKey: key.apiKey,
    permission: changed.permissions.join(','),
    ...(changed.ips.length === 0 ? {} : { ipWhitelist: changed.ips.join(',') }),
  }
}

/** https://www.kucoin.com/docs-new/api-3470136 */
export function listSubKeys(call: SignedCall): unknown {
  const { apiKey } = call.parameters
  return call.keys
    .ofAccount(subAccount(call))
    .filter((key) => apiKey === undefined || key.apiKey === apiKey)
    .map(describeKey)
}

/** https://www.kucoin.com/docs-new/api-3470137: the passphrase comes in the query. */
export function deleteSubKey(call: SignedCall): unknown {
  const key = managedKey(call)
  call.keys.remove(key)
  return { subName: key.account.name, apiKey: key.apiKey }
}

function subAccount(call: SignedCall): Account {
  const { key, keys } = call
  if (key.account.masterUid !== null) throw kucoinError(400007)
  const name = text(call, 'subName')
  const account = keys.accountsBelow(key.account).find((each) => each.name === name)
  if (account === undefined) throw parameterError('subName')
  return account
}

function managedKey(call: SignedCall): KucoinKey {
  const wanted = text(call, 'apiKey')
  const passphrase = text(call, 'passphrase')
  const key = call.keys.ofAccount(subAccount(call)).find(({ apiKey }) => apiKey === wanted)
  if (key === undefined) throw parameterError('apiKey')
  if (key.passphrase !== passphrase) throw parameterError('passphrase')
  return key
}

function text({ parameters }: SignedCall, name: string): string {
  const value = parameters[name]
  if (typeof value !== 'string' || value === '') throw parameterError(name)
  return value
}

/** 'General,Spot'; none is General, and General is part of every set. */
function permissionsOf(value: unknown): readonly KucoinPermission[] {
  if (value === undefined) return ['General']
  if (typeof value !== 'string') throw parameterError('permission')
  const names = value.split(',').map((name) => name.trim())
  const known = names.map((name) => {
    const permission = KUCOIN_PERMISSIONS.find((each) => each === name)
    if (permission === undefined || permission === 'Transfer') throw parameterError('permission')
    return permission
  })
  return [...new Set<KucoinPermission>(['General', ...known])]
}

/** "You may add up to 20 IPs. Use a halfwidth comma to each IP" */
function whitelist(value: unknown): readonly string[] {
  if (value === undefined || value === '') return []
  const ips = typeof value === 'string' ? parseIps(value) : null
  if (ips === null || ips.length > MOST_IPS) throw parameterError('ipWhitelist')
  return ips
}

/** "Never expire(default)-1, 30Day30, 90Day90, 180Day180, 360Day360" */
function expiry(value: unknown, time: number): number | null {
  if (value === undefined || value === '-1') return null
  const days: readonly unknown[] = ['30', '90', '180', '360']
  if (!days.includes(value)) throw parameterError('expire')
  return time + Number(value) * DAY_MS
}
