/** A policy, or a file of them, that cannot be used. The message names the field. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError'

  /**
   * @param field where: 'keys[0].policies[1].Statement[0].Action'; empty: the document as a whole
   * @param problem what is wrong there
   */
  constructor(field: string, problem: string) {
    super(field === '' ? problem : `${field}: ${problem}`)
  }
}
