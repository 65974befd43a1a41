/**
 * `97.8 %` of a share from 0 to 1, for pages and the command line alike: cut, not rounded, so that nothing is said to be more
 * complete than it is; never 100 while something lacks, never 0 while something is there.
 */
export function percent(share: number): string {
  const tenths = Math.floor(share * 1000 + rounding);
  if (tenths >= 1000 && share < 1) return "99.9 %";
  if (tenths === 0 && share > 0) return "0.1 %";
  return `${tenths / 10} %`;
}
/** `0.29 * 1000` is a little less than 290. */
const rounding = 1e-9;
