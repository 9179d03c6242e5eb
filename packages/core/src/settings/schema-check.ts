import { SecretsError } from '../errors/secrets-error.ts'
import { didYouMean } from '../errors/suggestion.ts'
import type { ObjectSchema, Schema } from './config-schema.ts'

/** What a key of a configuration looks like. Anything else may be a value in the wrong place, and is not repeated. */
const HARMLESS_NAME = /^(?:[a-z_:.-]{1,40}|[A-Za-z_-]{1,16})$/

/**
 * Refuses what a schema does not allow; the first fault found is told.
 *
 * @param value from JSON
 * @param path of names to the value, `environments.prod`; empty for the whole
 * @param file where it stands, for the message
 * @throws CONFIG naming the path of the key, never what it holds
 */
export function checkSchema(value: unknown, schema: Schema, path: string, file: string): void {
  switch (schema.type) {
    case 'object':
      if (typeof value !== 'object' || value === null || Array.isArray(value)) break
      checkEntries(value, schema, path, file)
      return
    case 'array':
      if (!Array.isArray(value) || value.length < schema.minItems) break
      // The items are texts, which a set tells apart.
      if (new Set(value).size !== value.length) break
      value.forEach((item, index) => {
        checkSchema(item, schema.items, `${path}[${index}]`, file)
      })
      return
    case 'string':
      if (typeof value !== 'string') break
      if ('enum' in schema ? !schema.enum.includes(value) : !matches(schema.pattern, value)) break
      return
    case 'integer':
      if (!Number.isInteger(value)) break
      if ((value as number) < schema.minimum || (value as number) > schema.maximum) break
      return
  }
  throw refused(path, file, schema.description)
}

function checkEntries(value: object, schema: ObjectSchema, path: string, file: string): void {
  const { properties = {}, propertyNames, additionalProperties } = schema
  for (const [name, content] of Object.entries(value)) {
    const here = join(path, name)
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined
    if (known !== undefined) {
      checkSchema(content, known, here, file)
    } else if (additionalProperties === false) {
      throw unknownKey(here, file, name, Object.keys(properties))
    } else {
      checkName(name, propertyNames, here, file, schema.description)
      checkSchema(content, additionalProperties, here, file)
    }
  }
}

function checkName(
  name: string,
  allowed: ObjectSchema['propertyNames'],
  path: string,
  file: string,
  description: string,
): void {
  if (allowed === undefined) return
  if ('enum' in allowed) {
    if (!allowed.enum.includes(name)) throw unknownKey(path, file, name, allowed.enum)
  } else if (!matches(allowed.pattern, name)) {
    throw refused(path, file, description)
  }
}

function unknownKey(
  path: string,
  file: string,
  name: string,
  known: readonly string[],
): SecretsError {
  return new SecretsError('CONFIG', `${file}: ${path} is unknown.${didYouMean(name, known)}`, {
    hint: `What is known there: ${known.join(', ')}.`,
  })
}

function refused(path: string, file: string, description: string): SecretsError {
  const subject = path === '' ? 'the whole' : path
  return new SecretsError('CONFIG', `${file}: ${subject} is not what it should be.`, {
    hint: description,
  })
}

/** JSON Schema, section 6.3.3: a pattern is not anchored, and is read as Unicode. */
function matches(pattern: string | undefined, text: string): boolean {
  return pattern === undefined || new RegExp(pattern, 'u').test(text)
}

function join(path: string, name: string): string {
  const shown = HARMLESS_NAME.test(name) ? name : '(a key that is not shown)'
  return path === '' ? shown : `${path}.${shown}`
}
