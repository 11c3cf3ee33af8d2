// What a value of Grafana's type looks like in JSON: an enumeration is one of its values.
export type Written<T> = unknown extends T
  ? T
  : T extends string
    ? `${T}`
    : T extends number | boolean | null | undefined
      ? T
      : T extends (infer One)[]
        ? Written<One>[]
        : { [Key in keyof T]: Written<T[Key]> };
