import { channel } from "node:diagnostics_channel";

/** An archive that an older program wrote was brought to this one's schema. */
export interface Upgraded {
  readonly file: string;
  readonly from: number;
  readonly to: number;
}

const upgrades = channel("backscroll.archive.upgraded");

/** Said by whatever opens an archive, to whoever asked to hear: that many commands do it is no matter of theirs. */
export const tellUpgraded = (upgraded: Upgraded): void => upgrades.publish(upgraded);

/** From here on `hear` is told of each upgrade in this process. */
export const hearUpgrades = (hear: (upgraded: Upgraded) => void): void =>
  upgrades.subscribe((message) => hear(message as Upgraded));
