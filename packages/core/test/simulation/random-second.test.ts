import { testThreeProcesses } from './random.ts'

await testThreeProcesses(2, 50_000)
