import { ServiceError } from '../service/service-error.ts'

export interface RequestRate {
  /**
   * @param key whose requests are counted together
   * @param now milliseconds since the epoch
   * @throws ServiceError ThrottlingException
   */
  count(key: string, now: number): void
}

/** @param perSecond how many requests within any second are answered */
export function requestRate(perSecond: number): RequestRate {
  const answered = new Map<string, readonly number[]>()
  return {
    count(key, now) {
      // A clock that was set back leaves times in the future, which count no more.
      const recent = (answered.get(key) ?? []).filter((time) => time <= now && now - time < 1000)
      if (recent.length >= perSecond) throw new ServiceError('ThrottlingException', 'Rate exceeded')
      answered.set(key, [...recent, now])
    },
  }
}
