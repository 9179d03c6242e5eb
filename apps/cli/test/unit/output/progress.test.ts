import { expect, test } from 'vitest'
import { withProgress } from '../../../src/output/progress.ts'

function screen(isTty: boolean) {
  const written: string[] = []
  const write = (text: string): void => void written.push(text)
  return { written, terminal: { env: { NO_COLOR: '1' }, stderr: { isTty, columns: 80, write } } }
}

test('on a terminal the line is gone when the work is done, or has failed', async () => {
  const { terminal, written } = screen(true)
  const result = await withProgress(terminal, (show) => {
    show('Writing')
    return Promise.resolve(7)
  })
  expect(result).toBe(7)
  expect(written).toEqual(['\r\u001b[KWriting…', '\r\u001b[K'])
  const failing = withProgress(terminal, () => Promise.reject(new Error('no')))
  await expect(failing).rejects.toThrow('no')
  expect(written.at(-1)).toBe('\r\u001b[K')
})

test('in a script nothing is shown', async () => {
  const { terminal, written } = screen(false)
  await withProgress(terminal, (show) => {
    show('Writing')
    return Promise.resolve()
  })
  expect(written).toEqual([])
})
