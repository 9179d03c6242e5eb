import type { StatusCondition, StatusRow } from '@mm-secrets/core'
import { ADMIN_NAMESPACE } from '@mm-secrets/core'

/** In the order of `StatusCondition`; a condition without a series does not compile. */
const CONDITIONS: Readonly<Record<StatusCondition, true>> = {
  ambiguous: true,
  incomplete: true,
  foreign: true,
  unpaired: true,
  frozen: true,
  exposed: true,
  pending: true,
  'out-of-step': true,
  overdue: true,
  due: true,
  deleted: true,
  'age-unknown': true,
  fine: true,
}

interface Metric {
  readonly name: string
  readonly help: string
  readonly samples: (row: StatusRow) => readonly Sample[]
}

interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/**
 * Points in time, not ages: a file that is no longer written would show an age that no longer grows.
 * https://prometheus.io/docs/practices/instrumentation/#timestamps-not-time-since
 */
const METRICS: readonly Metric[] = [
  {
    name: 'mm_secrets_credential_created_timestamp_seconds',
    help: 'When the current key was made.',
    samples: (row) => instant(row.createdAt),
  },
  {
    name: 'mm_secrets_rotation_due_timestamp_seconds',
    help: 'From when on the key should be rotated.',
    samples: (row) => instant(row.dueAt),
  },
  {
    name: 'mm_secrets_rotation_overdue_timestamp_seconds',
    help: 'By when the key must be rotated, by policy or by the expiry that the exchange set.',
    samples: (row) => instant(row.overdueAt),
  },
  {
    name: 'mm_secrets_credential_condition',
    help: 'The condition of the credential, 1 for the one that holds when this was written.',
    samples: (row) =>
      Object.keys(CONDITIONS).map((condition) => ({
        labels: { condition },
        value: row.condition === condition ? 1 : 0,
      })),
  },
  {
    name: 'mm_secrets_previous_key_unrevoked',
    help: 'Whether the previous key is not known to be revoked at the exchange.',
    samples: (row) => [{ labels: {}, value: row.notRevoked === null ? 0 : 1 }],
  },
]

/**
 * Status in Prometheus's text format, which the textfile collector of node_exporter takes: no timestamps behind the
 * samples (it refuses a file that has any), HELP and TYPE once for each metric, a newline at the end.
 *
 * https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
export function prometheusText(rows: readonly StatusRow[]): string {
  return METRICS.flatMap(({ help, name, samples }) => {
    const lines = rows.flatMap((row) =>
      samples(row).map(
        ({ labels, value }) => `${name}${labelText({ ...refLabels(row), ...labels })} ${value}\n`,
      ),
    )
    // A metric without a sample is left out, as client libraries do.
    if (lines.length === 0) return []
    return [`# HELP ${name} ${help}\n# TYPE ${name} gauge\n`, ...lines]
  }).join('')
}

function instant(at: number | null): readonly Sample[] {
  return at === null ? [] : [{ labels: {}, value: at / 1000 }]
}

/** An empty label is the same as none: https://prometheus.io/docs/concepts/data_model/#metric-names-and-labels */
function refLabels({ ref }: StatusRow): Readonly<Record<string, string>> {
  return {
    env: ref.env,
    exchange: ref.exchange,
    account: ref.account ?? '',
    suffix: ref.suffix ?? '',
    ...(ref.namespace === ADMIN_NAMESPACE ? { admin: 'true' } : {}),
  }
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`)
  return `{${pairs.join(',')}}`
}

/** Of a label value: backslash, double quote and line feed, nothing else. */
export function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
