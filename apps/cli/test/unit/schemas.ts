import { readdirSync, readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'

const FOLDER = new URL('../../schemas/', import.meta.url)

/** Formats are the writer's promise, told to the reader; what is checked here is the shape. */
const ajv = new Ajv2020({ allErrors: true, validateFormats: false, allowUnionTypes: true })

/** What is wrong with a document by the published schema of that name; empty: nothing. */
export function schemaErrors(name: string, document: unknown): readonly string[] {
  const schema: unknown = JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8'))
  const validate = ajv.compile(schema as object)
  validate(document)
  return (validate.errors ?? []).map(
    ({ instancePath, message }) => `${instancePath} ${message ?? ''}`,
  )
}

export function schemaNames(): readonly string[] {
  return readdirSync(FOLDER).map((file) => file.replace(/\.json$/, ''))
}
