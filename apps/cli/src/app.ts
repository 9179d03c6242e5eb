import type { Application, Command, RouteMap } from '@stricli/core'
import { buildApplication, buildRouteMap, text_en, version } from '@stricli/core'
import type { Verb } from './commands/verb.ts'
import type { CliContext } from './context.ts'
import { helpFlag } from './docs/help-flag.ts'
import { joinErrors, unknownCommand, usageError } from './output/usage.ts'

/** A command, or a group of commands under one name. */
export type Route = Verb | Group

export interface Group {
  readonly brief: string
  readonly verbs: Readonly<Record<string, Route>>
}

/** Every command by name, loaded only where it is used. */
const ROUTES: Readonly<Record<string, () => Promise<Route>>> = {
  save: async () => (await import('./commands/save.ts')).save,
  fetch: async () => (await import('./commands/fetch.ts')).fetch,
  list: async () => (await import('./commands/list.ts')).list,
  rotate: async () => (await import('./commands/rotate.ts')).rotate,
  status: async () => (await import('./commands/status.ts')).status,
  history: async () => (await import('./commands/history.ts')).history,
  delete: async () => (await import('./commands/delete.ts')).remove,
  restore: async () => (await import('./commands/restore.ts')).restore,
  migrate: async () => (await import('./commands/migrate.ts')).migrate,
  ref: async () => (await import('./commands/ref.ts')).ref,
  run: async () => (await import('./commands/run.ts')).run,
  import: async () => (await import('./commands/import.ts')).importFile,
  export: async () => (await import('./commands/export.ts')).exportValues,
  diff: async () => (await import('./commands/diff.ts')).diff,
  keygen: async () => (await import('./commands/keygen.ts')).keygen,
  doctor: async () => (await import('./commands/doctor.ts')).doctor,
  completion: async () => {
    const { bash, fish, powershell, zsh } = await import('./commands/completion/index.ts')
    return {
      brief: 'Print a script that completes command lines in a shell',
      verbs: { bash, zsh, fish, powershell },
    }
  },
  audit: async () => {
    const { access, cloudtrail, exportLog, note, show, verify } =
      await import('./commands/audit/index.ts')
    return {
      brief: 'Show, verify, export or annotate the audit log, and see who read what',
      verbs: { show, verify, export: exportLog, note, access, cloudtrail },
    }
  },
  vault: async () => (await import('./commands/vault/index.ts')).vault,
}

/** What the whole program is for, at the head of its help. */
export const SUMMARY = 'Save, read, rotate and audit the exchange credentials of trading bots'

/** The commands that a command line needs: the one that it names, or all, to help or to suggest. */
export async function loadRoutes(
  args: readonly string[],
): Promise<Readonly<Record<string, Route>>> {
  const [name = ''] = args
  const names = Object.hasOwn(ROUTES, name) ? [name] : Object.keys(ROUTES)
  const routes = names.map(async (route) => [route, await ROUTES[route]?.()] as const)
  return Object.fromEntries(
    (await Promise.all(routes)).flatMap(([route, loaded]) =>
      loaded === undefined ? [] : [[route, loaded] as const],
    ),
  )
}

/**
 * The application over these commands.
 *
 * Stricli prints errors as it meets them, repeating what was typed; here it only hands them over, so that they are
 * told once, in our words, as text or as JSON.
 *
 * @param failures takes every error
 */
export function buildApp(
  routes: Readonly<Record<string, Route>>,
  currentVersion: string,
  failures: unknown[],
): Application<CliContext> {
  const fail = (error: unknown): string => {
    failures.push(error)
    return ''
  }
  return buildApplication(
    buildGroup({ brief: SUMMARY, verbs: routes }),
    {
      name: 'mm-secrets',
      scanner: {
        caseStyle: 'allow-kebab-for-camel',
        distanceOptions: {
          threshold: 2,
          weights: { insertion: 1, deletion: 1, substitution: 1, transposition: 1 },
        },
      },
      documentation: { disableAnsiColor: true },
      localization: {
        text: {
          ...text_en,
          exceptionWhileParsingArguments: (error) => fail(usageError(error)),
          exceptionWhileLoadingCommandFunction: fail,
          exceptionWhileLoadingCommandContext: fail,
          exceptionWhileRunningCommand: fail,
          commandErrorResult: fail,
          exceptionWhileRunningIntegrationHook: ({ exception }) => fail(exception),
          exceptionWhileRunningIntegrationFlag: ({ exception }) => fail(exception),
          noCommandRegisteredForInput: ({ corrections, input }) =>
            fail(unknownCommand(input, corrections.map(unquoted))),
        },
      },
    },
    {
      help: helpFlag(routes, SUMMARY),
      version: version({ brief: 'Print the version and exit', info: { currentVersion } }),
    },
  )
}

/** Stricli gives its suggestions between backquotes. */
function unquoted(name: string): string {
  return name.replaceAll('`', '')
}

/** The one error of a run, or null. */
export function failureOf(failures: readonly unknown[]): { readonly error: unknown } | null {
  return failures.length === 0 ? null : { error: joinErrors(failures) }
}

function buildGroup({ brief, verbs }: Group): RouteMap<CliContext> {
  const targets: Record<string, Command<CliContext> | RouteMap<CliContext>> = {}
  for (const [name, route] of Object.entries(verbs)) {
    targets[name] = 'command' in route ? route.command : buildGroup(route)
  }
  return buildRouteMap<string, CliContext>({ routes: targets, docs: { brief } })
}
