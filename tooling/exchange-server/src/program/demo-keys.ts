import { binanceMaterial, bybitMaterial, kucoinMaterial } from '../keys/key-material.ts'
import type { KeysFile } from './keys-file.ts'

const MASTER_UID = 100_001
const SUB_UID = 100_002

/** A master's key and a sub-account's for each exchange, made up for one run, at its first site. */
export function demoKeys(): KeysFile {
  const master = { uid: MASTER_UID, note: 'master' }
  const sub = { uid: SUB_UID, masterUid: MASTER_UID, note: 'bot' }
  const [masterPhrase, subPhrase] = [bybitMaterial().apiKey, bybitMaterial().apiKey]
  return {
    bybit: [
      {
        ...bybitMaterial(),
        ...master,
        permissions: { Wallet: ['AccountTransfer', 'SubMemberTransfer'] },
      },
      {
        ...bybitMaterial(),
        ...sub,
        permissions: { ContractTrade: ['Order', 'Position'], Spot: ['SpotTrade'] },
      },
    ],
    binance: [
      { ...binanceMaterial(), ...master, permissions: { enableSpotAndMarginTrading: true } },
      { ...binanceMaterial(), ...sub, permissions: { enableSpotAndMarginTrading: true } },
    ],
    kucoin: [
      { ...kucoinMaterial(), ...master, passphrase: masterPhrase },
      { ...kucoinMaterial(), ...sub, passphrase: subPhrase, permissions: ['General', 'Spot'] },
    ],
  }
}
