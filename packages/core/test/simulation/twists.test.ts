import { describeTwoProcesses } from './exhaustive.ts'

await describeTwoProcesses({ members: 2, twists: 1, mostStates: 2_500 })
await describeTwoProcesses({ members: 3, twists: 1, mostStates: 1_000 })
