import type { Moment, Scene, Step } from './moment.ts'
import { describeVerb } from './programs.ts'
import type { Reply, StoreCall } from './store-call.ts'
import { labelsOf } from './secret-state.ts'
import { withNames } from './version-names.ts'
import { perform, secretAt } from './world.ts'

/** What a step does, in one line: who, which call, the answer. */
export function traceStep(scene: Scene, moment: Moment, step: Step): string {
  if ('crash' in step) return `${actorName(scene, step.crash)} stops for good`
  if ('vanish' in step) return withNames(`     ${short(step.vanish)} ${step.id} vanishes`)
  const waiting = moment.actors[step.actor]?.process.waiting[step.call]
  if (waiting === undefined) return `${actorName(scene, step.actor)} waits for no call ${step.call}`
  const behind = typeof step.twist === 'number' ? step.twist : 0
  const { reply } = perform(moment.world, waiting.call, behind)
  const twist = step.twist === 'none' ? '' : `  [${twistName(step.twist)}]`
  const said = `${formatCall(waiting.call)} -> ${formatReply(reply)}${twist}`
  return `${actorName(scene, step.actor)}  ${withNames(said)}`
}

function twistName(twist: Extract<Step, { actor: number }>['twist']): string {
  if (typeof twist === 'number') return `a view ${twist} changes old`
  switch (twist) {
    case 'none':
      return ''
    case 'lost':
      return 'reply lost, not applied'
    case 'lostApplied':
      return 'reply lost, applied'
    case 'repeated':
      return 'applied, reply lost, will be sent again'
    case 'late':
      return 'late: its deadlines are over'
  }
}

function actorName(scene: Scene, actor: number): string {
  const verb = scene.scenario.actors[actor]?.verb
  return `${actor} ${verb === undefined ? '?' : describeVerb(verb)}`.padEnd(14)
}

/** The last part of a name. */
function short(name: string): string {
  return name.split('/').slice(-1)[0] ?? name
}

export function formatCall(call: StoreCall): string {
  switch (call.op) {
    case 'get':
      return `get ${short(call.name)} ${'label' in call.which ? call.which.label : call.which.versionId}`
    case 'put':
      return `put ${short(call.name)} ${call.id} [${call.labels.join(', ')}]`
    case 'moveLabel':
      return `move ${short(call.name)} ${call.label}: ${call.from ?? '-'} to ${call.to ?? '-'}`
    case 'list':
      return `list ${call.prefix}`
    case 'sleep':
      return `sleep ${call.ms}`
    case 'tag':
    case 'create':
      return `${call.op} ${short(call.name)} ${JSON.stringify(call.tags).slice(0, 60)}`
    default:
      return `${call.op} ${short(call.name)}`
  }
}

function formatReply(reply: Reply): string {
  switch (reply.kind) {
    case 'value':
    case 'version':
      return `${reply.version.id} [${reply.version.labels.join(', ')}]`
    case 'description':
      return formatLabels(reply.description)
    case 'moved':
      return reply.outcome
    case 'error':
      return `${reply.code}: ${reply.message}`
    case 'late':
      return formatReply(reply.reply)
    case 'created':
      return reply.isNew ? 'created' : 'was there'
    case 'nothing':
    case 'page':
    case 'dates':
    case 'instant':
      return reply.kind
  }
}

function formatLabels(description: Extract<Reply, { kind: 'description' }>['description']): string {
  const versions = description.versions.map(({ id, labels }) => `${id} [${labels.join(', ')}]`)
  return `${description.deletedUntil === null ? '' : 'deleted '}${versions.join(' ')}`
}

/** The store as it is, one line a secret. */
export function traceWorld({ world }: Pick<Moment, 'world'>): string {
  const lines = world.names.flatMap((name) => {
    const secret = secretAt(world, name)
    if (!secret.exists) return []
    const versions = secret.versions.map(
      ({ id, gone }) => `${id} ${gone ? '(gone)' : `[${labelsOf(secret, id).join(', ')}]`}`,
    )
    return [
      `  ${short(name)}${secret.deletedUntil === null ? '' : ' (deleted)'}: ${versions.join('  ')}`,
    ]
  })
  return withNames(lines.join('\n'))
}
