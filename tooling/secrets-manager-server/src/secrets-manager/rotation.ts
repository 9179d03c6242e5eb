import { ServiceError } from '../service/service-error.ts'
import type { Operation } from '../service/service.ts'
import { live, permitted, placeOf, resourceOf, type ServiceContext } from './context.ts'
import { readInput } from './input.ts'
import { clientRequestToken, secretId } from './members.ts'

const FIELDS = { SecretId: secretId, ClientRequestToken: clientRequestToken }

/** There is no Lambda here, so that rotation is refused as on a secret without a function. */
export function rotateSecret(context: ServiceContext): Operation {
  return {
    readOnly: false,
    handle(request) {
      const { SecretId: id, ClientRequestToken: token } = readInput(request.input, FIELDS)
      if (token === undefined) {
        throw new ServiceError(
          'InvalidParameterException',
          'You must provide a ClientRequestToken value. We recommend a UUID-type value.',
        )
      }
      live(permitted(request, id, placeOf(context, request).find(id)))
      throw new ServiceError(
        'InvalidRequestException',
        'No Lambda rotation function ARN is associated with this secret.',
      )
    },
  }
}

export function cancelRotateSecret(context: ServiceContext): Operation {
  return {
    readOnly: false,
    handle(request) {
      const { SecretId: id } = readInput(request.input, { SecretId: secretId })
      live(permitted(request, id, placeOf(context, request).find(id)))
      throw new ServiceError(
        'InvalidRequestException',
        "You tried to cancel rotation on a secret that doesn't have rotation enabled.",
      )
    },
  }
}

/** A secret without a resource policy: the policy is not in the answer. */
export function getResourcePolicy(context: ServiceContext): Operation {
  return {
    readOnly: true,
    handle(request) {
      const { SecretId: id } = readInput(request.input, { SecretId: secretId })
      const secret = live(permitted(request, id, placeOf(context, request).find(id)))
      return {
        output: { ARN: secret.arn, Name: secret.name },
        resources: [resourceOf(secret)],
      }
    },
  }
}
