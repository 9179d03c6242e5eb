export type { FileDocuments } from './file-documents.ts'
export { fileDocuments } from './file-documents.ts'
export type { FileDocumentsOptions } from './options.ts'
