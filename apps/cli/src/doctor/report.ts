import type { Environment, Finding, FindingLevel } from '@mm-secrets/core'
import { printable } from '@mm-secrets/core'
import { wrap } from '../docs/wrap.ts'
import type { Json } from '../output/json.ts'
import type { Style } from '../output/style.ts'

/** A finding, and the environment that it is about; null: this machine, shell or folder. */
export interface Examined extends Finding {
  readonly env: Environment | null
}

/** Beyond this a line is hard to read, however wide the terminal. */
const MAX_WIDTH = 100
const INDENT = '  '
const WORST_FIRST = ['error', 'warning', 'note'] as const
/** A sentence or a colon, and what a shell takes. */
const COMMAND_AT_END = /[.:] ((?:mm-secrets|age|aws|chmod|chown|export|ls|rm|unset|\(umask) .*)$/
/** The longest label and a space. */
const LABEL_WIDTH = 9

/** Whether nothing has to be mended: notes do not count. */
export function isPassed(examined: readonly Examined[]): boolean {
  return examined.every(({ level }) => level === 'ok' || level === 'note')
}

/** What the doctor says to a person: quiet about what is fine, a line for each of the others, the worst first. */
export function reportText(examined: readonly Examined[], columns: number, style: Style): string {
  const width = Math.min(columns, MAX_WIDTH)
  const places = new Set(examined.map(({ env }) => env))
  const sections = [...places].flatMap((env) => {
    const here = examined.filter((each) => each.env === env)
    const lines = WORST_FIRST.flatMap((level) =>
      here
        .filter((each) => each.level === level)
        .flatMap((each) => findingLines(each, width, style)),
    )
    return lines.length === 0 ? [] : [style.bold(env ?? 'here'), ...lines, '']
  })
  return [...sections, `${summary(examined)}\n`].join('\n')
}

export function reportJson(examined: readonly Examined[]): Json {
  return {
    checks: examined.length,
    findings: examined.map(({ check, env, fix, level, message }) => ({
      check,
      env,
      fix,
      level,
      message,
    })),
    passed: isPassed(examined),
  }
}

function findingLines(
  { fix, level, message }: Examined,
  width: number,
  style: Style,
): readonly string[] {
  if (level === 'ok') return []
  const text = printable(fix === null ? message : `${sentence(message)} ${fix}`)
  const hanging = ' '.repeat(INDENT.length + LABEL_WIDTH)
  const [first = '', ...rest] = broken(text, width - hanging.length)
  const gap = ' '.repeat(LABEL_WIDTH - level.length)
  return [
    `${INDENT}${marked(level, style)}${gap}${first}`,
    ...rest.map((line) => `${hanging}${line}`),
  ]
}

/** What is to be copied stands whole on a line of its own: a break that we put into it would be copied too. */
function broken(text: string, width: number): readonly string[] {
  if (text.length <= width) return [text]
  const command = COMMAND_AT_END.exec(text)?.[1]
  if (command === undefined) return wrap(text, width)
  return [...wrap(text.slice(0, -command.length - 1), width), command]
}

function marked(level: FindingLevel, style: Style): string {
  if (level === 'error') return style.red(level)
  return level === 'warning' ? style.yellow(level) : style.dim(level)
}

function summary(examined: readonly Examined[]): string {
  const checks = counted(examined.length, 'check')
  const worse = WORST_FIRST.flatMap((level) => {
    const count = examined.filter((each) => each.level === level).length
    return count === 0 ? [] : [counted(count, level)]
  })
  return worse.length === 0 ? `${checks}, all fine.` : `${checks}: ${worse.join(', ')}.`
}

function counted(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`
}

/** Some messages end with a path. */
function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}
