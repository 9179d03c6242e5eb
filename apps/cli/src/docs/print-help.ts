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
  let here: Route = { brief: summary, verbs: routes }
  const path: string[] = []
  for (const word of words) {
    const next: Route | undefined =
      'verbs' in here && Object.hasOwn(here.verbs, word) ? here.verbs[word] : undefined
    if (next === undefined) break
    here = next
    path.push(word)
  }
  const name = path.join(' ')
  stdout.write(
    'command' in here
      ? commandText(commandPage(name, here), stdout.columns, style)
      : groupText(groupPage(name, here.brief, here.verbs), stdout.columns, style),
  )
}
