// A composite index made again under somebody's hand: the same steps, and the same draws, as
// trama.engines.composites (a test compares the two number by number). No page, no map: numbers in, numbers out.

/** Ways of making indicators comparable, in the order of the draws. */
export const METHODS = ["minmax", "zscore", "rank"] as const;
/** Ways of aggregating pillars, in the order of the draws. */
export const RULES = ["geometrica", "aritmetica"] as const;
const CHOICES = 3;
/** Indices closer than a billionth share a rank: libraries may differ in the last digit. */
const TIE = 1e9;

/** Treated and complete values, place by indicator, and how they become shares. */
export interface Matrix {
  values: number[][];
  low: number[];
  high: number[];
  rising: boolean[];
  /** Number of the pillar of each indicator, from 0 without holes. */
  pillarOf: number[];
  pillars: number;
  floor: number;
  zReach: number;
}

export interface Choice {
  method: string;
  rule: string;
  weights: number[];
  pillarWeights: number[];
}

export interface Plan {
  draws: number;
  seed: number;
  spread: number;
  low: number;
  high: number;
}

export interface Result {
  index: number[];
  rank: number[];
  /** Pillar scores, place by pillar; NaN for a pillar without weight. */
  scores: number[][];
  /** Oriented shares, place by indicator. */
  shares: number[][];
}

export interface Uncertainty {
  median: number[];
  low: number[];
  high: number[];
  /** First-order share of each choice in the variance of the mean rank shift. */
  causes: Record<string, number>;
}

export interface Removal {
  /** Places each unit moves without each indicator, indicator by place; null for one alone in its pillar. */
  shift: (number[] | null)[];
  mean: (number | null)[];
}

/** `count` numbers in [0, 1) from a counter through a 32-bit mixer: the server draws the very same. */
export function uniforms(seed: number, count: number): Float64Array {
  const found = new Float64Array(count);
  for (let k = 1; k <= count; k++) {
    let x = (seed + Math.imul(k, 0x9e3779b9)) | 0;
    x ^= x >>> 16;
    x = Math.imul(x, 0x21f0aaad);
    x ^= x >>> 15;
    x = Math.imul(x, 0xd35a2d97);
    x ^= x >>> 15;
    found[k - 1] = (x >>> 0) / 4294967296;
  }
  return found;
}

/** Oriented shares of every place by one method; see `Scales.normalise` of the server for the formulas. */
export function normalise(matrix: Matrix, method: string): number[][] {
  const columns = matrix.low.map((_low, i) => {
    const column = matrix.values.map((row) => row[i] ?? NaN);
    const shares = method === "minmax" ? minMax(column, matrix.low[i] ?? 0, matrix.high[i] ?? 1)
      : method === "zscore" ? zScores(column, matrix.zReach) : rankShares(column);
    return matrix.rising[i] ? shares : shares.map((share) => 1 - share);
  });
  return matrix.values.map((_row, unit) => columns.map((column) => column[unit] ?? NaN));
}

/** Whether anything is weighed: some pillar with a weight has some indicator with a weight. */
export function weighs(matrix: Pick<Matrix, "pillarOf">, choice: Pick<Choice, "weights" | "pillarWeights">): boolean {
  return matrix.pillarOf.some((pillar, i) => (choice.weights[i] ?? 0) > 0 && (choice.pillarWeights[pillar] ?? 0) > 0);
}

/** Numbers of the pillars that count for nothing: without a weight, or with none of their indicators weighed. */
export function idle(matrix: Pick<Matrix, "pillarOf">, choice: Pick<Choice, "weights" | "pillarWeights">): number[] {
  return choice.pillarWeights.flatMap((weight, pillar) =>
    (weight > 0 && matrix.pillarOf.some((one, i) => one === pillar && (choice.weights[i] ?? 0) > 0) ? [] : [pillar]));
}

/** The index, its pillars and its ranks; throws `RangeError` where nothing is weighed: there is no ranking then. */
export function rankAll(matrix: Matrix, choice: Choice): Result {
  if (!weighs(matrix, choice)) throw new RangeError("nothing is weighed");
  const shares = normalise(matrix, choice.method);
  const scores = shares.map((row) => Array.from(pillarScores(matrix, row, choice.weights)));
  const index = scores.map((row) => aggregate(row, choice.pillarWeights, choice.rule, matrix.floor));
  return { index, rank: Array.from(ranks(index)), scores, shares };
}

/** Where each place may stand when weights, methods and indicators vary together around the choice. */
export function uncertainty(matrix: Matrix, choice: Choice, plan: Plan): Uncertainty {
  const shares = METHODS.map((method) => normalise(matrix, method));
  const reference = rankAll(matrix, choice).rank;
  const units = matrix.values.length;
  const [indicators, pillars] = [choice.weights.length, choice.pillarWeights.length];
  const width = CHOICES + indicators + pillars;
  const u = uniforms(plan.seed, plan.draws * width);
  const candidates = [-1, ...droppable(matrix, choice.weights)];
  const counts = new Uint32Array(units * (units + 1));
  const drawn = { method: [] as number[], rule: [] as number[], out: [] as number[], shift: [] as number[] };
  const index = new Float64Array(units);
  for (let at = 0; at < plan.draws; at++) {
    const from = at * width;
    const factor = (column: number): number => 1 + plan.spread * (2 * (u[from + CHOICES + column] ?? 0) - 1);
    const method = Math.floor((u[from] ?? 0) * METHODS.length);
    const rule = Math.floor((u[from + 1] ?? 0) * RULES.length);
    const out = candidates[Math.floor((u[from + 2] ?? 0) * candidates.length)] ?? -1;
    const weights = choice.weights.map((weight, i) => (i === out ? 0 : weight * factor(i)));
    const pillarWeights = choice.pillarWeights.map((weight, p) => weight * factor(indicators + p));
    const table = shares[method] ?? [];
    for (let unit = 0; unit < units; unit++) {
      const scores = pillarScores(matrix, table[unit] ?? [], weights);
      index[unit] = aggregate(scores, pillarWeights, RULES[rule] ?? "geometrica", matrix.floor);
    }
    let shift = 0;
    const found = ranks(index);
    for (let unit = 0; unit < units; unit++) {
      const place = found[unit] ?? 0;
      counts[unit * (units + 1) + place]! += 1;
      shift += Math.abs(place - (reference[unit] ?? 0));
    }
    drawn.method.push(method);
    drawn.rule.push(rule);
    drawn.out.push(out);
    drawn.shift.push(shift / units);
  }
  const quantile = (q: number): number[] => reference.map((_rank, unit) =>
    quantileOf(counts.subarray(unit * (units + 1), (unit + 1) * (units + 1)), q, plan.draws));
  return { median: quantile(0.5), low: quantile(plan.low), high: quantile(plan.high), causes: causes(drawn) };
}

/** Each indicator taken out in turn, all else as chosen. */
export function leaveOneOut(matrix: Matrix, choice: Choice): Removal {
  const reference = rankAll(matrix, choice).rank;
  const out = new Set(droppable(matrix, choice.weights));
  const shift = choice.weights.map((_weight, i) => {
    if (!out.has(i)) return null;
    const weights = choice.weights.map((weight, j) => (i === j ? 0 : weight));
    return rankAll(matrix, { ...choice, weights }).rank.map((rank, unit) => rank - (reference[unit] ?? 0));
  });
  const mean = shift.map((row) => row && row.reduce((sum, one) => sum + Math.abs(one), 0) / row.length);
  return { shift, mean };
}

/** Ranks, 1 the highest; equal indices share the better one. */
export function ranks(index: ArrayLike<number>): Uint32Array {
  const keys = Float64Array.from(index, (value) => -Math.round(value * TIE));
  const ordered = Float64Array.from(keys).sort();
  const found = new Uint32Array(keys.length);
  for (let unit = 0; unit < keys.length; unit++) {
    const key = keys[unit] ?? 0;
    let [low, high] = [0, ordered.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ordered[middle] ?? 0) < key) low = middle + 1;
      else high = middle;
    }
    found[unit] = low + 1;
  }
  return found;
}

function minMax(column: number[], low: number, high: number): number[] {
  return column.map((value) => clip((value - low) / (high - low)));
}

function zScores(column: number[], reach: number): number[] {
  const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
  const squares = column.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const spread = column.length > 1 ? Math.sqrt(squares / (column.length - 1)) : 0;
  return column.map((value) => (spread < 1e-12 ? 0.5 : clip(0.5 + (value - mean) / spread / (2 * reach))));
}

/** (average rank - 1/2) / n. */
function rankShares(column: number[]): number[] {
  return column.map((value) => {
    let [under, equal] = [0, 0];
    for (const other of column) {
      if (other < value) under += 1;
      else if (other === value) equal += 1;
    }
    return (under + equal / 2) / column.length;
  });
}

function pillarScores(matrix: Matrix, shares: number[], weights: number[]): Float64Array {
  const sums = new Float64Array(matrix.pillars);
  const totals = new Float64Array(matrix.pillars);
  for (let i = 0; i < shares.length; i++) {
    const pillar = matrix.pillarOf[i] ?? 0;
    const weight = weights[i] ?? 0;
    sums[pillar]! += weight * (shares[i] ?? 0);
    totals[pillar]! += weight;
  }
  for (let p = 0; p < sums.length; p++) sums[p]! /= totals[p] ?? 0;
  return sums;
}

function aggregate(scores: ArrayLike<number>, weights: number[], rule: string, floor: number): number {
  let [sum, total] = [0, 0];
  for (let p = 0; p < scores.length; p++) {
    const score = scores[p] ?? NaN;
    if (!Number.isFinite(score)) continue;
    const weight = weights[p] ?? 0;
    sum += weight * (rule === "aritmetica" ? score : Math.log(Math.max(score, floor)));
    total += weight;
  }
  return rule === "aritmetica" ? sum / total : Math.exp(sum / total);
}

/** The indicators that count and are not alone in their pillar. */
function droppable(matrix: Matrix, weights: number[]): number[] {
  const counted = new Array<number>(matrix.pillars).fill(0);
  weights.forEach((weight, i) => { if (weight > 0) counted[matrix.pillarOf[i] ?? 0]! += 1; });
  return weights.flatMap((weight, i) => (weight > 0 && (counted[matrix.pillarOf[i] ?? 0] ?? 0) > 1 ? [i] : []));
}

/** The smallest rank that at least `q` of the draws do not exceed. */
function quantileOf(counts: Uint32Array, q: number, draws: number): number {
  const wanted = Math.max(Math.ceil(q * draws - 1e-9), 1);
  let seen = 0;
  for (let rank = 1; rank < counts.length; rank++) {
    seen += counts[rank] ?? 0;
    if (seen >= wanted) return rank;
  }
  return counts.length - 1;
}

function causes(drawn: { method: number[]; rule: number[]; out: number[]; shift: number[] }): Record<string, number> {
  const mean = drawn.shift.reduce((sum, one) => sum + one, 0) / drawn.shift.length;
  const total = drawn.shift.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  if (total <= 0) return { normalizzazione: 0, aggregazione: 0, indicatore_escluso: 0, pesi: 0 };
  const shares = {
    normalizzazione: between(drawn.method, drawn.shift, mean, total),
    aggregazione: between(drawn.rule, drawn.shift, mean, total),
    indicatore_escluso: between(drawn.out, drawn.shift, mean, total),
  };
  const told = shares.normalizzazione + shares.aggregazione + shares.indicatore_escluso;
  return { ...shares, pesi: Math.max(1 - told, 0) };
}

/** Omega squared: what the groups of one choice explain, corrected for their number. */
function between(choice: number[], shift: number[], mean: number, total: number): number {
  const groups = new Map<number, { sum: number; size: number }>();
  choice.forEach((one, at) => {
    const group = groups.get(one) ?? { sum: 0, size: 0 };
    group.sum += shift[at] ?? 0;
    group.size += 1;
    groups.set(one, group);
  });
  let explained = 0;
  for (const { sum, size } of groups.values()) explained += size * (sum / size - mean) ** 2;
  const freedom = groups.size - 1;
  if (freedom === 0 || shift.length <= groups.size) return 0;
  const within = (total - explained) / (shift.length - groups.size);
  return Math.max((explained - freedom * within) / (total + within), 0);
}

function clip(share: number): number {
  return Math.min(Math.max(share, 0), 1);
}
