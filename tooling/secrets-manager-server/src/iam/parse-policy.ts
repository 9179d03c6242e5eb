import { arnFields } from './arn-pattern.ts'
import type { ConditionClause } from './condition.ts'
import { addressRange, operators } from './condition-operators.ts'
import { fieldsOf, kindOf, textsOf, within, type Fields } from './fields.ts'
import { PolicyError } from './policy-error.ts'
import type { Matcher, Policy, Statement } from './policy.ts'

/**
 * Reads a policy as IAM would accept it when it is attached to an identity. Where IAM words the refusal, so does this.
 *
 * @param document what the JSON holds
 * @param where its place in the file, for messages
 * @throws PolicyError naming the field
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function parsePolicy(document: unknown, where = ''): Policy {
  const fields = fieldsOf(document, where, ['Version', 'Id', 'Statement'])
  const version = fields['Version'] ?? '2008-10-17'
  if (version !== '2012-10-17' && version !== '2008-10-17') {
    throw new PolicyError(within(where, 'Version'), `'2012-10-17' or '2008-10-17' is wanted here.`)
  }
  const place = within(where, 'Statement')
  const written = fields['Statement']
  const list: readonly unknown[] = Array.isArray(written) ? written : [written]
  if (list.length === 0) throw new PolicyError(place, 'an empty list.')
  const statements = list.map((statement, index) =>
    parseStatement(statement, Array.isArray(written) ? `${place}[${index}]` : place),
  )
  refuseSameSids(list, place)
  return { version, statements }
}

const STATEMENT_FIELDS = [
  'Sid',
  'Effect',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]

function parseStatement(statement: unknown, where: string): Statement {
  if (typeof statement === 'object' && statement !== null) {
    const principal = ['Principal', 'NotPrincipal'].find((key) => key in statement)
    if (principal !== undefined) {
      throw new PolicyError(
        within(where, principal),
        'Policy document should not specify a principal.',
      )
    }
  }
  const fields = fieldsOf(statement, where, STATEMENT_FIELDS)
  const sid = fields['Sid']
  if (sid !== undefined && !(typeof sid === 'string' && /^[A-Za-z0-9]*$/.test(sid))) {
    throw new PolicyError(within(where, 'Sid'), 'Statement IDs (SID) must be alpha-numeric.')
  }
  const effect = fields['Effect']
  if (effect !== 'Allow' && effect !== 'Deny') {
    throw new PolicyError(within(where, 'Effect'), `'Allow' or 'Deny' is wanted here.`)
  }
  return {
    effect,
    actions: parseMatcher(fields, where, 'Action', checkAction),
    resources: parseMatcher(fields, where, 'Resource', checkResource),
    conditions: parseConditions(fields['Condition'], within(where, 'Condition')),
  }
}

function refuseSameSids(statements: readonly unknown[], place: string): void {
  const seen = new Set<unknown>()
  statements.forEach((statement, index) => {
    const sid = (statement as Fields)['Sid']
    if (sid === undefined || sid === '') return
    if (seen.has(sid)) {
      throw new PolicyError(
        `${place}[${index}].Sid`,
        'Statement IDs (SID) in a single policy must be unique.',
      )
    }
    seen.add(sid)
  })
}

function parseMatcher(
  fields: Fields,
  where: string,
  name: 'Action' | 'Resource',
  check: (text: string, where: string) => void,
): Matcher {
  const present = [name, `Not${name}`].filter((key) => fields[key] !== undefined)
  const [key] = present
  if (key === undefined || present.length > 1) {
    const wanted = `exactly one of ${name} and Not${name} is wanted`
    throw new PolicyError(within(where, name), `${wanted}, and there are ${present.length}.`)
  }
  const place = within(where, key)
  const patterns = textsOf(fields[key], place)
  patterns.forEach((text) => {
    check(text, place)
  })
  return { negated: key !== name, patterns }
}

function checkAction(action: string, where: string): void {
  if (action === '*') return
  const colons = action.split(':').length - 1
  if (colons === 0) {
    const problem = 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.'
    throw new PolicyError(where, problem)
  }
  if (colons > 1) throw new PolicyError(where, 'Actions/Condition can contain only one colon.')
  const [vendor = ''] = action.split(':')
  if (/[^a-zA-Z0-9\-.]/.test(vendor)) throw new PolicyError(where, `Vendor ${vendor} is not valid`)
}

function checkResource(resource: string, where: string): void {
  if (resource === '*') return
  const [prefix, partition, service] = arnFields(resource)
  if (prefix !== 'arn' || partition === undefined || service === undefined) {
    throw new PolicyError(where, `Resource ${resource} must be in ARN format or "*".`)
  }
  if (!/^(?:\*|aws(?:-[a-z-]+)?)$/.test(partition)) {
    const problem = `Partition "${partition}" is not valid for resource "${resource}".`
    throw new PolicyError(where, problem)
  }
  if (/[*?]/.test(service)) {
    const problem = 'Resource vendor must be fully qualified and cannot contain regexes.'
    throw new PolicyError(where, problem)
  }
}

function parseConditions(block: unknown, where: string): readonly ConditionClause[] {
  if (block === undefined) return []
  return Object.entries(anyFields(block, where)).flatMap(([name, keys]) => {
    const place = within(where, name)
    const operator = parseOperator(name, place)
    return Object.entries(anyFields(keys, place)).map(([key, values]): ConditionClause => {
      const at = within(place, key)
      const texts = valuesOf(values, at)
      texts.forEach((text) => {
        checkValue(operator.operator, text, at)
      })
      return { ...operator, key, values: texts }
    })
  })
}

type ParsedOperator = Pick<ConditionClause, 'operator' | 'quantifier' | 'ifExists'>

function parseOperator(name: string, where: string): ParsedOperator {
  const [, quantifier, rest = '', ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/i.exec(name) ?? []
  const operator = rest.toLowerCase()
  const known = operator in operators || (operator === 'null' && ifExists === undefined)
  if (!known) throw new PolicyError(where, `Invalid Condition type : ${name}.`)
  const lower = quantifier?.toLowerCase()
  return {
    operator,
    quantifier: lower === 'forallvalues' || lower === 'foranyvalue' ? lower : null,
    ifExists: ifExists !== undefined,
  }
}

/** JSON's numbers and booleans may stand for their texts. */
function valuesOf(value: unknown, where: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  return list.map((item, index) => {
    const simple = typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean'
    if (simple) return String(item)
    const at = Array.isArray(value) ? `${where}[${index}]` : where
    throw new PolicyError(at, `a text is wanted here, not ${kindOf(item)}.`)
  })
}

/** What could never fit any request is a mistake that is better heard of at once. */
function checkValue(operator: string, value: string, where: string): void {
  if (value.includes('${')) return
  const wrong =
    (/ipaddress$/.test(operator) && addressRange(value) === null && 'an IP address or range') ||
    (operator.startsWith('numeric') && Number.isNaN(Number(value)) && 'a number') ||
    (operator.startsWith('date') && !isDate(value) && 'a date in ISO 8601 or in epoch seconds') ||
    (/^(?:bool|null)$/.test(operator) && !/^(?:true|false)$/i.test(value) && `'true' or 'false'`)
  if (wrong !== false) throw new PolicyError(where, `${wrong} is wanted here, not '${value}'.`)
}

const isDate = (text: string): boolean =>
  /^\d+(\.\d+)?$/.test(text) || !Number.isNaN(Date.parse(text))

function anyFields(value: unknown, where: string): Fields {
  if (typeof value === 'object' && value !== null) return fieldsOf(value, where, Object.keys(value))
  return fieldsOf(value, where, [])
}
