import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describeWith } from '@mm-secrets/vitest-config'
import { expect, test } from 'vitest'
import { openAwsDesk } from './aws-desk.ts'
import { makeHome } from './bundle.ts'
import type { Gallery, Look } from './gallery.ts'
import { openGallery, steadyLetters, TODAY } from './gallery.ts'
import { valuesJson } from './keys.ts'

const PAGE = fileURLToPath(new URL('../../../../docs/terminal.md', import.meta.url))

const INTRO = `# What a person sees

Taken from a real terminal by \`apps/cli/test/e2e/screens.test.ts\`, which fails when a screen has changed; run it with
\`--update\` to write this page anew. Tables take the width that there is: long cells are cut first, then the columns
that are needed least go. A column in which no row has anything is left out.
`

const BYBIT = ['--env', 'prod', '--exchange', 'bybit'] as const

const SHADOW = ['--env', 'shadow', '--exchange', 'binance'] as const

/** A key that stood in the command line. */
function exposed(): readonly string[] {
  const key = steadyLetters('exposed key', 24)
  const secret = steadyLetters('exposed secret', 36)
  const passphrase = steadyLetters('exposed passphrase', 14)
  const values = ['--api-key', key, '--api-secret', secret, '--api-passphrase', passphrase]
  return ['save', '--env', 'soak', '--exchange', 'kucoin', ...values]
}

const COLOURS = `Titles and labels are dimmed, warnings yellow, errors red; \`␛\` stands for the escape character. Neither colour nor
progress where \`NO_COLOR\` is set, the terminal is dumb, or the output is no terminal.
`
const MISTYPED = ['list', '--env', 'prd'] as const
const SURROUNDINGS = {
  'A terminal': {},
  '`NO_COLOR=1`': { NO_COLOR: '1' },
  '`TERM=dumb`': { TERM: 'dumb' },
}
const PIPED = 'Piped, every command prints one line of JSON:\n'

interface Shot {
  readonly title: string
  readonly args: readonly string[]
  readonly widths: readonly number[]
  readonly look?: Look
}

describeWith('tmux', 'docs/terminal.md', (tmux) => {
  test('shows what the commands show at a terminal (else run this with --update)', async () => {
    const home = makeHome()
    const gallery = openGallery(tmux, home)
    await setTheStage(gallery)
    const dotenv = join(home.path, '.env')
    writeFileSync(dotenv, dotenvText(), { mode: 0o600 })

    const sections: string[] = []
    for (const { args, look, title, widths } of shots(dotenv)) {
      sections.push(`## ${title}\n`)
      for (const columns of widths) {
        const shown = await gallery.look(columns, args, look)
        for (const line of shown.split('\n')) expect(line.length).toBeLessThanOrEqual(columns)
        if (widths.length > 1) sections.push(`${columns} columns:\n`)
        sections.push(block(shown))
      }
    }
    sections.push(...(await onAws(tmux)))
    sections.push('## Colours\n', COLOURS)
    for (const [name, env] of Object.entries(SURROUNDINGS)) {
      const shown = await gallery.look(60, MISTYPED, { codes: true, env })
      sections.push(`${name}:\n`, block(shown))
    }
    sections.push(PIPED, block(await gallery.piped(['fetch', ...BYBIT])))
    await expect(`${INTRO}\n${sections.join('\n')}`).toMatchFileSnapshot(PAGE)
  })
})

/** What there is on AWS alone, after somebody edited one member by hand. */
async function onAws(tmux: string): Promise<readonly string[]> {
  const today = Date.parse(TODAY)
  // The SDK signs by a clock that the stage does not turn back.
  const knobs = { signatureSkewMs: Date.now() - today }
  const desk = await openAwsDesk({ systemTime: () => today, knobs })
  const gallery = openGallery(tmux, desk.home())
  await gallery.at(TODAY, ['save', ...BYBIT, '--value-stdin'], valuesOf('aws', 'bybit'))
  const edited = 'c52f6d0e-5b1c-4f0e-8d35-3d1f7a6b9e42'
  desk.edit('mm-bot/prod/bybit/api_key', edited, steadyLetters('edited key', 18))
  const status = await gallery.look(80, ['status'])
  const adopted = await gallery.look(80, ['rotate', ...BYBIT, '--adopt'], {
    answers: [[/Type prod\/bybit to confirm/, 'prod/bybit']],
  })
  const plan = await gallery.look(80, ['migrate', ...BYBIT, '--layout', 'json', '--dry-run'])
  return [
    '## On AWS: a member that was edited by hand\n',
    ...[status, adopted].map(block),
    '## On AWS: migrate, the plan\n',
    block(plan),
  ]
}

/** Credentials in every state that time and people bring about. */
async function setTheStage(gallery: Gallery): Promise<void> {
  const save = (day: string, env: string, name: string, more: readonly string[] = []) => {
    const [exchange = '', account] = name.split('@')
    const label = account === undefined ? [] : ['--account', account]
    const args = ['save', '--env', env, '--exchange', exchange, ...label, ...more]
    return gallery.at(day, [...args, '--value-stdin'], valuesOf(`${env}/${name} ${day}`, exchange))
  }
  await save('2025-11-20T09:00:00Z', 'dev', 'bybit')
  await save('2026-02-26T10:30:00Z', 'shadow', 'binance')
  await save('2025-12-10T08:15:00Z', 'prod', 'kucoin')
  await save('2026-01-12T08:00:00Z', 'prod', 'bybit')
  await save('2026-02-05T08:00:00Z', 'prod', 'bybit')
  await save('2026-02-11T08:00:00Z', 'prod', 'bybit@hedge-amsterdam')
  await save('2026-03-09T11:20:00Z', 'prod', 'bybit', ['--suffix', '-new'])
  await save('2026-03-02T14:00:00Z', 'shadow', 'bybit')
  const half = JSON.stringify({ api_key: steadyLetters('half', 64) })
  const halfOf = ['--env', 'soak', '--exchange', 'binance', '--key-type', 'api_key']
  await gallery.at('2026-03-09T11:50:00Z', ['save', ...halfOf, '--value-stdin'], half)
  await gallery.at('2026-03-05T10:00:00Z', ['delete', ...SHADOW, '--yes'])
  await gallery.at('2026-02-20T09:00:00Z', exposed())
  await gallery.at('2026-03-08T17:00:00Z', ['run', ...BYBIT, '--', 'true'])
}

function shots(dotenv: string): readonly Shot[] {
  const all = [60, 80, 200]
  return [
    { title: 'list', args: ['list'], widths: all },
    { title: 'status', args: ['status'], widths: all },
    { title: 'history', args: ['history', ...BYBIT], widths: all },
    { title: 'audit show', args: ['audit', 'show', '--env', 'prod', '--last', '8'], widths: all },
    { title: 'audit verify', args: ['audit', 'verify'], widths: [80] },
    { title: 'doctor', args: ['doctor', '--env', 'soak'], widths: [60, 80] },
    { title: 'import, the plan', args: ['import', '--from', 'dotenv', dotenv], widths: [60, 80] },
    {
      title: 'rotate, asking for the values',
      args: ['rotate', ...BYBIT],
      widths: [80],
      look: {
        answers: [
          [/api_key of prod\/bybit/, steadyLetters('rotated key', 18)],
          [/api_secret of prod\/bybit/, steadyLetters('rotated secret', 36)],
        ],
      },
    },
  ]
}

function block(shown: string): string {
  return `\`\`\`\n${shown}\n\`\`\`\n`
}

function valuesOf(label: string, exchange: string): string {
  const of = (member: string, length: number) => steadyLetters(`${label} ${member}`, length)
  if (exchange === 'bybit') return valuesJson({ key: of('key', 18), secret: of('secret', 36) })
  if (exchange === 'binance') return valuesJson({ key: of('key', 64), secret: of('secret', 64) })
  return valuesJson({
    key: of('key', 24),
    secret: of('secret', 36),
    passphrase: of('passphrase', 14),
  })
}

function dotenvText(): string {
  return [
    `BYBIT_API_KEY=${steadyLetters('dotenv key', 18)}`,
    `BYBIT_API_SECRET=${steadyLetters('dotenv secret', 36)}`,
    `KUCOIN_API_KEY=${steadyLetters('dotenv kucoin', 24)}`,
    'DATABASE_URL=postgres://localhost/ticks',
    '',
  ].join('\n')
}
