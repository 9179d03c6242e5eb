type Variables = Readonly<Record<string, string | undefined>>

const KEPT =
  process.platform === 'win32' ? ['PATH', 'SystemRoot', 'TEMP', 'TMP'] : ['PATH', 'TMPDIR', 'LANG']

/**
 * The environment of a child process, built from nothing, so that CI=true or an operator's own settings
 * reach no test by accident. The home must be said, since a default one is the developer's.
 */
export function cleanEnv(extra: Variables & { readonly HOME: string }): Record<string, string> {
  const env: Record<string, string> = {}
  for (const name of KEPT) add(env, name, process.env[name])
  for (const [name, value] of Object.entries(extra)) add(env, name, value)
  if (process.platform === 'win32') env['USERPROFILE'] ??= extra.HOME
  return env
}

function add(env: Record<string, string>, name: string, value: string | undefined): void {
  if (value !== undefined) env[name] = value
}
