import { randomInt } from 'node:crypto'

import { ServiceError } from '../service/service-error.ts'
import type { Operation } from '../service/service.ts'
import { boolean, integer, readInput, string, type Read } from './input.ts'

const DEFAULT_LENGTH = 32

const FIELDS = {
  PasswordLength: integer({ min: 1, max: 4096 }),
  ExcludeCharacters: string({ max: 4096 }),
  ExcludeNumbers: boolean(),
  ExcludePunctuation: boolean(),
  ExcludeUppercase: boolean(),
  ExcludeLowercase: boolean(),
  IncludeSpace: boolean(),
  RequireEachIncludedType: boolean(),
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html */
export function getRandomPassword(): Operation {
  return {
    readOnly: true,
    handle(request) {
      const input = readInput(request.input, FIELDS)
      request.authorize('secretsmanager:GetRandomPassword', '*')
      return { output: { RandomPassword: password(input) } }
    },
  }
}

function password(input: Read<typeof FIELDS>): string {
  const types = characterTypes(input)
  const length = input.PasswordLength ?? DEFAULT_LENGTH
  const each = input.RequireEachIncludedType ?? true
  if (types.length === 0) {
    throw refused('The password must include at least one character type.')
  }
  if (each && length < types.length) {
    throw refused('Password length is too short based on the required types.')
  }
  const characters = each ? types.map(oneOf) : []
  const all = types.join('')
  while (characters.length < length) characters.push(oneOf(all))
  return shuffled(characters).join('')
}

function characterTypes(input: Read<typeof FIELDS>): readonly string[] {
  const types = [
    input.ExcludeLowercase === true ? '' : 'abcdefghijklmnopqrstuvwxyz',
    input.ExcludeUppercase === true ? '' : 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    input.ExcludeNumbers === true ? '' : '0123456789',
    input.ExcludePunctuation === true ? '' : '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
    input.IncludeSpace === true ? ' ' : '',
  ]
  const excluded = new Set(input.ExcludeCharacters)
  return types
    .map((type) => [...type].filter((character) => !excluded.has(character)).join(''))
    .filter((type) => type !== '')
}

function oneOf(characters: string): string {
  return characters.charAt(randomInt(characters.length))
}

function shuffled(characters: readonly string[]): readonly string[] {
  const mixed = [...characters]
  for (let last = mixed.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1)
    const held = mixed[last] ?? ''
    mixed[last] = mixed[other] ?? ''
    mixed[other] = held
  }
  return mixed
}

function refused(message: string): ServiceError {
  return new ServiceError('InvalidParameterException', message)
}
