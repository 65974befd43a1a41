/**
 * `A`, which a schema infers, provided that it has the very keys and values of `T`, down to the last part; what may be
 * absent in one may be absent in the other. Else it is a type error that names the keys which differ.
 */
export type Stating<T, A extends Agreed<T, A>> = A;

type Agreed<T, A> = [Differing<T, A>] extends [never] ? unknown : { differs: Differing<T, A> };

/** Keys of objects that are not the same in both, with dots between; `[]` stands for a list's items. */
type Differing<T, A, At extends string = ""> = [T, A] extends [
  readonly (infer I)[],
  readonly (infer J)[],
]
  ? Differing<I, J, `${At}[]`>
  : [T, A] extends [object, object]
    ? { [K in (keyof T | keyof A) & string]: DifferingAt<K, T, A, `${At}.${K}`> }[
        | (keyof T & string)
        | (keyof A & string)]
    : [T, A] extends [A, T]
      ? never
      : At;

type DifferingAt<K extends string, T, A, At extends string> = K extends keyof T & keyof A
  ? [MayBeAbsent<T, K>, MayBeAbsent<A, K>] extends [MayBeAbsent<A, K>, MayBeAbsent<T, K>]
    ? Differing<Exclude<T[K], undefined>, Exclude<A[K], undefined>, At>
    : At
  : At;

type MayBeAbsent<T, K extends keyof T> = {} extends Pick<T, K> ? true : false;
