export interface Breach {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
  readonly advice: string;
}
export declare const checkImports: (root: string) => Promise<Breach[]>;
