import { testThreeProcesses } from './random.ts'

await testThreeProcesses(1, 50_000)
