import { describeTwoProcesses } from './exhaustive.ts'

await describeTwoProcesses({ members: 2, twists: 0, mostStates: 30_000 })
