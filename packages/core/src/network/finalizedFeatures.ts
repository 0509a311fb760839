import type { FinalizedFeature } from '@posthorn/protocol'

/** What one broker told of the features that the cluster has agreed on. */
export interface FeatureReport {
  /** Grows with each change; -1 when the broker did not tell. */
  readonly finalizedFeaturesEpoch: bigint
  /** Meaningless while the epoch is -1. */
  readonly finalizedFeatures: readonly FinalizedFeature[]
}

/** What the cluster has agreed on, by the report with the highest epoch that any broker gave (API-08, KIP-584). */
export class FinalizedFeatures {
  private epoch = -1n
  private levels: ReadonlyMap<string, number> = new Map<string, number>()

  /** Takes in what a broker told when it was asked for its versions. */
  update({ finalizedFeaturesEpoch, finalizedFeatures }: FeatureReport): void {
    if (finalizedFeaturesEpoch <= this.epoch) return
    this.epoch = finalizedFeaturesEpoch
    this.levels = new Map(finalizedFeatures.map(({ name, maxVersionLevel }) => [name, maxVersionLevel]))
  }

  /** Level of a feature; 0 for one that the cluster does not have. */
  level(name: string): number {
    return this.levels.get(name) ?? 0
  }
}
