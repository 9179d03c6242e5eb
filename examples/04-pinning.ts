// A process that is pinned to one environment cannot reach into another, whatever its code asks for.
import { errorCode, openProvider } from '@mm-secrets/secrets'

// MM_ENV belongs into the unit file or the container of the bot.
const provider = openProvider({ ...process.env, MM_ENV: 'shadow' })

try {
  await provider.getCredential('prod', 'bybit')
} catch (error) {
  // Errors are told apart by their code, not by their text.
  switch (errorCode(error)) {
    case 'ENVIRONMENT_MISMATCH':
      console.log('refused: this process is pinned to shadow')
      break
    case 'PROD_FORBIDDEN_IN_CI':
      console.log('refused: prod is out of reach in CI')
      break
    default:
      throw error
  }
}
