import { describe } from 'vitest'
import { describeConcurrency } from './concurrency.ts'
import { describeDeleting } from './deleting.ts'
import type { MakeBackend } from './desk.ts'
import { describeDiscarding } from './discarding.ts'
import { describeHalfSaves } from './half-saves.ts'
import { describeIncidents } from './incidents.ts'
import { describeListing } from './listing.ts'
import { describeMigrating } from './migrating.ts'
import { describeModel } from './model.ts'
import { describeRotating } from './rotating.ts'
import { describeSaving } from './saving.ts'

/**
 * What every backend promises, tested through the words of the port alone.
 *
 * @param name what is tested, for the titles
 * @param make gives a backend on an empty store for each test; the store goes by the clock that it gives with it
 */
export function describeBackend(name: string, make: MakeBackend): void {
  describe(name, () => {
    describeSaving(make)
    describeHalfSaves(make)
    describeRotating(make)
    describeDiscarding(make)
    describeIncidents(make)
    describeMigrating(make)
    describeDeleting(make)
    describeListing(make)
    describeConcurrency(make)
    describeModel(make)
  })
}
