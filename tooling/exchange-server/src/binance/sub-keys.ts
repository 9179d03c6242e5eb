import type { Account } from '../keys/account.ts'
import type { Credential } from '../keys/api-key.ts'
import { asymmetric } from '../keys/credential.ts'
import { parseIps } from '../keys/ip-binding.ts'
import { binanceMaterial } from '../keys/key-material.ts'
import { binanceError, invalidError, missingError, unwantedError } from './binance-error.ts'
import { READING_ONLY, type BinanceKey, type BinancePermissions } from './binance-key.ts'
import type { SignedCall } from './endpoint.ts'

/** What a sub-account's key may be given, and what it is called when the key describes itself. */
const PERMISSIONS = {
  canTrade: 'enableSpotAndMarginTrading',
  canMarginLoanRepay: 'enableMargin',
  canFuturesTrade: 'enableFutures',
  canUniversalTransfer: 'permitsUniversalTransfer',
  canVanillaOptions: 'enableVanillaOptions',
} as const satisfies Readonly<Record<string, keyof BinancePermissions>>

/** https://developers.binance.com/legacy-docs/sub_account/api-management/Create-Sub-account-API-Key-V2 */
const FIX_PERMISSIONS = {
  canFixApiTrading: 'enableFixApiTrade',
  canFixApiReading: 'enableFixReadOnly',
} as const satisfies Readonly<Record<string, keyof BinancePermissions>>

/** https://developers.binance.com/legacy-docs/sub_account/api-management/Create-Sub-account-API-Key */
export function createSubKey(call: SignedCall): unknown {
  return create(call, 1)
}

/** Takes RSA keys too, and a public key in the body alone. */
export function createSubKeyV2(call: SignedCall): unknown {
  return create(call, 2)
}

function create(call: SignedCall, version: 1 | 2): unknown {
  const { keys, parameters, time } = call
  const account = subAccount(call)
  const apiName = required(call, 'apiName')
  const ips = binding(call)
  const { apiKey, secret } = binanceMaterial()
  const given = givenCredential(call, version)
  const credential = given ?? { kind: 'hmac', secret }
  const names = version === 1 ? PERMISSIONS : { ...PERMISSIONS, ...FIX_PERMISSIONS }
  const wanted = flags(parameters, names)
  const fix = wanted.enableFixApiTrade === true || wanted.enableFixReadOnly === true
  if (fix && credential.kind !== 'ed25519') throw binanceError('-9000')
  const key: BinanceKey = {
    id: keys.nextId(),
    apiKey,
    credential,
    account,
    permissions: { ...READING_ONLY, ...wanted },
    ips,
    note: apiName,
    createdAt: time,
    expiresAt: null,
    issued: true,
  }
  keys.put(key)
  return {
    apiName,
    apiKey,
    // Whoever brings a public key has the other half.
    ...(given === null ? { secretKey: secret } : {}),
    ...described(key, names),
    status: ips.length > 0 ? 2 : 1,
    ...(ips.length > 0 ? { ipList: ips } : {}),
  }
}

/**
 * GET /sapi/v1/sub-account/subAccountApi.
 * https://developers.binance.com/en/docs/catalog/vip-and-institutional-sub-account/api/rest-api/api-management
 */
export function querySubKeys(call: SignedCall): unknown {
  const { keys, parameters } = call
  const wanted = parameters.get('subAccountApiKey')
  const page = whole(call, 'page', 1, Number.MAX_SAFE_INTEGER)
  const size = whole(call, 'size', 30, 100)
  const found = keys
    .ofAccount(subAccount(call))
    .filter(({ apiKey }) => wanted === undefined || apiKey === wanted)
  return {
    total: found.length,
    rows: found.slice((page - 1) * size, page * size).map((key) => ({
      email: key.account.name,
      apiName: key.note,
      apikey: key.apiKey,
      ...described(key, PERMISSIONS),
      timestamp: key.createdAt,
    })),
  }
}

/** https://developers.binance.com/legacy-docs/sub_account/api-management/Modify-Sub-account-API-Key-Permission */
export function modifySubKey(call: SignedCall): unknown {
  const { keys, parameters, time } = call
  const key = subKey(call)
  const permissions = { ...key.permissions, ...flags(parameters, PERMISSIONS) }
  const changed = { ...key, permissions }
  keys.put(changed)
  return {
    apiName: key.note,
    apikey: key.apiKey,
    ...described(changed, PERMISSIONS),
    timestamp: time,
  }
}

/** https://developers.binance.com/legacy-docs/zh-CN/sub_account/api-management/Delete-Sub-account-API-Key */
export function deleteSubKey(call: SignedCall): unknown {
  call.keys.remove(subKey(call))
  return {}
}

/** https://developers.binance.com/docs/zh-CN/sub_account/api-management: a text says whether it is restricted. */
export function ipRestriction(call: SignedCall): unknown {
  const { ips, apiKey, createdAt } = subKey(call)
  return { ipRestrict: String(ips.length > 0), ipList: ips, updateTime: createdAt, apiKey }
}

/** https://developers.binance.com/legacy-docs/zh-CN/sub_account/api-management/Add-IP-Restriction-for-Sub-Account-API-key */
export function addIpRestriction(call: SignedCall): unknown {
  const key = subKey(call)
  const wanted = binding(call)
  const ips = wanted.length === 0 ? [] : [...new Set([...key.ips, ...wanted])]
  call.keys.put({ ...key, ips })
  return {
    status: ips.length > 0 ? '2' : '1',
    ...(ips.length > 0 ? { ipList: ips } : {}),
    updateTime: call.time,
    apiKey: key.apiKey,
  }
}

/** What a master account's key asks for, of one of the accounts below it. */
function subAccount(call: SignedCall): Account {
  const { key, keys } = call
  if (key.account.masterUid !== null) throw binanceError('-1002')
  const email = required(call, 'email')
  const account = keys.accountsBelow(key.account).find(({ name }) => name === email)
  if (account === undefined) throw invalidError('email')
  return account
}

function subKey(call: SignedCall): BinanceKey {
  const wanted = required(call, 'subAccountApiKey')
  const key = call.keys.ofAccount(subAccount(call)).find(({ apiKey }) => apiKey === wanted)
  if (key === undefined) throw invalidError('subAccountApiKey')
  return key
}

/** 1: every address; 2: these; 3, those of a third party, has no answer here. */
function binding(call: SignedCall): readonly string[] {
  const status = required(call, 'status')
  if (status === '1') return []
  if (status !== '2') throw invalidError('status')
  const ips = parseIps(required(call, 'ipAddress'))
  if (ips === null || ips.length === 0) throw invalidError('ipAddress')
  return ips
}

/** @returns null: none was sent, so that a secret is made */
function givenCredential({ parameters, inQuery }: SignedCall, version: 1 | 2): Credential | null {
  const publicKey = parameters.get('publicKey')
  if (publicKey === undefined) return null
  if (version === 2 && inQuery.has('publicKey')) throw unwantedError('publicKey')
  const credential = asymmetric(publicKey)
  const taken = version === 2 || credential?.kind === 'ed25519'
  if (credential === null || !taken) throw invalidError('publicKey')
  return credential
}

function flags(
  parameters: ReadonlyMap<string, string>,
  names: Readonly<Record<string, keyof BinancePermissions>>,
): Partial<BinancePermissions> {
  const given = Object.entries(names).flatMap(([name, permission]) => {
    const value = parameters.get(name)
    if (value === undefined) return []
    if (value !== 'true' && value !== 'false') throw invalidError(name)
    return [[permission, value === 'true'] as const]
  })
  return Object.fromEntries(given)
}

function described(
  { permissions }: BinanceKey,
  names: Readonly<Record<string, keyof BinancePermissions>>,
): Readonly<Record<string, boolean>> {
  return Object.fromEntries(
    Object.entries(names).map(([name, permission]) => [name, permissions[permission]]),
  )
}

function required({ parameters }: SignedCall, name: string): string {
  const value = parameters.get(name) ?? ''
  if (value === '') throw missingError(name)
  return value
}

function whole({ parameters }: SignedCall, name: string, otherwise: number, most: number): number {
  const value = Number(parameters.get(name) ?? otherwise)
  if (!Number.isSafeInteger(value) || value < 1 || value > most) throw invalidError(name)
  return value
}
