import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'

/** A key and a certificate that nobody vouches for, as TLS takes them. */
export interface SelfSigned {
  readonly key: string
  readonly cert: string
}

/** Made anew each time, so that no key lies in the repository. RFC 5280, section 4.1, for 127.0.0.1. */
export function selfSigned(): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = sequence(ECDSA_WITH_SHA256)
  const name = sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from('127.0.0.1')))))
  const valid = sequence(time(-DAY_MS), time(DAY_MS))
  const serial = der(0x02, Buffer.concat([Buffer.of(0x01), randomBytes(8)]))
  const subject = publicKey.export({ type: 'spki', format: 'der' })
  const signed = sequence(VERSION_3, serial, algorithm, name, valid, name, subject)
  const signature = der(0x03, Buffer.concat([Buffer.of(0), sign('sha256', signed, privateKey)]))
  const certificate = sequence(signed, algorithm, signature).toString('base64')
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----\n`,
  }
}

const DAY_MS = 24 * 60 * 60_000

const VERSION_3 = Buffer.from('a003020102', 'hex')
/** 1.2.840.10045.4.3.2, RFC 5758, section 3.2. */
const ECDSA_WITH_SHA256 = Buffer.from('06082a8648ce3d040302', 'hex')
/** 2.5.4.3, RFC 5280, appendix A.1. */
const COMMON_NAME = Buffer.from('0603550403', 'hex')

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts))
}

/** UTCTime: `YYMMDDhhmmssZ`. */
function time(fromNowMs: number): Buffer {
  const iso = new Date(Date.now() + fromNowMs).toISOString()
  return der(0x17, Buffer.from(`${iso.slice(2, 19).replace(/[-:T]/g, '')}Z`))
}

/** Tag, length, content. https://www.itu.int/rec/T-REC-X.690, section 8.1 */
function der(tag: number, content: Buffer): Buffer {
  const { length } = content
  const size =
    length < 0x80
      ? Buffer.of(length)
      : length < 0x100
        ? Buffer.of(0x81, length)
        : Buffer.of(0x82, length >> 8, length & 0xff)
  return Buffer.concat([Buffer.of(tag), size, content])
}
