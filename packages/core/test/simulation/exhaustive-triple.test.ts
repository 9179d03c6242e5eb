import { describeTwoProcesses } from './exhaustive.ts'

await describeTwoProcesses({ members: 3, twists: 0, mostStates: 8_000 })
