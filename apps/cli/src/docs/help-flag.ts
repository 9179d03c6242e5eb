import type { StricliIntegration } from '@stricli/core'
import type { Route } from '../app.ts'
import type { CliContext } from '../context.ts'

/**
 * `--help` for every command and group, from the manual that the reference is made of.
 *
 * @param summary what the program is for
 */
export function helpFlag(
  routes: Readonly<Record<string, Route>>,
  summary: string,
): StricliIntegration<CliContext> {
  return {
    flag: {
      brief: 'Print help and exit',
      global: true,
      aliases: ['h'],
      defaultForRouteMap: true,
      async run(_app, { result }) {
        const { printHelp } = await import('./print-help.ts')
        // Stricli gives the application's context, which here is the command's own.
        const cli = this as CliContext
        printHelp(cli.terminal, routes, summary, result.prefix.slice(1))
      },
    },
  }
}
