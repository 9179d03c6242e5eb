/** What no header may hold, and every key is sent in one: RFC 9110, section 5.5. */
// eslint-disable-next-line no-control-regex -- these are what is looked for
const UNFIT = /[\u0000-\u001f\u007f]|[^\u0000-\u007f]/

/**
 * Refuses keys that Node would refuse once the request is begun: the SDK then leaves its timers behind, for which the
 * process waits a quarter of a minute.
 *
 * @throws Error with the code that Node gives it
 */
export function wellFormed<Keys extends { accessKeyId: string; sessionToken?: string }>(
  keys: Keys,
): Keys {
  const { accessKeyId, sessionToken = '' } = keys
  if (!UNFIT.test(accessKeyId) && !UNFIT.test(sessionToken)) return keys
  throw Object.assign(new Error('The access key holds what no header may hold.'), {
    code: 'ERR_INVALID_CHAR',
  })
}
