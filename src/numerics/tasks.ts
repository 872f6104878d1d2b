import type {Task} from '../core/data.ts';

const LAID_OUT: Readonly<Partial<Record<Task, string>>> = {
  sequence: 'it reads tables of numbers, not sequences; pick the transformer',
  retrieval: 'it reads tables of numbers, not sets of pairs; pick attention on sets',
  surface: 'a function of x and y has nothing to predict; pick the surface',
};

/** Why a problem on tables of numbers can't be posed, or null. */
export const noTable = (task: Task): string | null => LAID_OUT[task] ?? null;
