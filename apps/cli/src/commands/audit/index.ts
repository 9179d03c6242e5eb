export { exportLog } from './export.ts'
export { note } from './note.ts'
export { show } from './show.ts'
export { verify } from './verify.ts'
