import type { Route } from '../app.ts'
import type { Terminal } from '../context.ts'
import { styleFor } from '../output/style.ts'
import { commandPage, groupPage } from './page.ts'
import { commandText, groupText } from './text.ts'

/** Prints the help of the command or group that these words lead to. */
export function printHelp(
  { env, stdout }: Pick<Terminal, 'env' | 'stdout'>,
  routes: Readonly<Record<string, Route>>,
  summary: string,
  words: readonly string[],
): void {
  const style = styleFor(stdout.isTty, env)
  const [name = '', verbName = ''] = words
  const route = routes[name]
  if (route === undefined) {
    stdout.write(groupText(groupPage('', summary, routes), stdout.columns, style))
    return
  }
  const verb = 'command' in route ? route : route.verbs[verbName]
  if (verb !== undefined) {
    stdout.write(commandText(commandPage(words.join(' '), verb), stdout.columns, style))
  } else if ('verbs' in route) {
    stdout.write(groupText(groupPage(name, route.brief, route.verbs), stdout.columns, style))
  }
}
