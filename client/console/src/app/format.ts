import type { Duration, Timestamp } from '@bufbuild/protobuf/wkt'
import type { Value } from '../api/generated/zhice/v1/values_pb'
import { getLanguage } from '../i18n'

/** The bank's time zone, from its catalogue: all times of the pages are in it. */
let zone = 'Asia/Shanghai'

export function setZone(name: string): void {
  if (name) zone = name
}

const locale = () => (getLanguage() === 'zh' ? 'zh-CN' : 'en-GB')

export function count(value: bigint | number): string {
  return value.toLocaleString(locale())
}

export function percent(part: bigint | number, whole: bigint | number, digits = 1): string {
  return Number(whole) === 0 ? '–' : share(Number(part) / Number(whole), digits)
}

export function share(value: number, digits = 1): string {
  const hasLess = value > 0 && value < 0.0005
  return new Intl.NumberFormat(locale(), { style: 'percent', maximumFractionDigits: hasLess ? 4 : digits }).format(value)
}

/** An amount in fen, in yuan. */
export function yuan(fen: bigint | number): string {
  return new Intl.NumberFormat(locale(), {
    style: 'currency',
    currency: 'CNY',
    currencyDisplay: 'narrowSymbol',
    maximumFractionDigits: 2,
  }).format(Number(fen) / 100)
}

export function decimals(value: number, digits = 3): string {
  return value.toLocaleString(locale(), { maximumFractionDigits: digits })
}

export function toDate(time: Timestamp): Date {
  return new Date(Number(time.seconds) * 1000 + time.nanos / 1e6)
}

export function toTimestamp(date: Date): { seconds: bigint; nanos: number } {
  const ms = date.getTime()
  return { seconds: BigInt(Math.floor(ms / 1000)), nanos: (((ms % 1000) + 1000) % 1000) * 1e6 }
}

const parts = (date: Date) =>
  Object.fromEntries(
    new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    })
      .formatToParts(date)
      .map(({ type, value }) => [type, value]),
  ) as Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', string>

/** Day and time in the bank's time zone. */
export function dateTime(time: Timestamp | Date | undefined): string {
  if (!time) return '–'
  const { year, month, day, hour, minute, second } = parts(time instanceof Date ? time : toDate(time))
  return `${year}-${month}-${day} ${hour}:${minute}:${second}`
}

/** The time of the day alone. */
export function clock(time: Timestamp | Date): string {
  return dateTime(time).slice(11)
}

/** A day of the bank, some days ago. */
export function bankDay(daysAgo = 0): string {
  return dateTime(new Date(Date.now() - daysAgo * 86_400_000)).slice(0, 10)
}

/** How long ago, in the largest unit that fits. */
export function ago(time: Timestamp | undefined, now = Date.now()): string {
  return time ? span((now - toDate(time).getTime()) / 1000) : '–'
}

/** A span of time in its two largest units. */
export function span(seconds: number): string {
  const isChinese = getLanguage() === 'zh'
  const units: [number, string, string][] = [
    [86_400, ' 天', 'd'],
    [3_600, ' 小时', 'h'],
    [60, ' 分', 'min'],
    [1, ' 秒', 's'],
  ]
  const whole = Math.max(0, Math.round(seconds))
  const first = units.findIndex(([size]) => whole >= size)
  if (first < 0) return isChinese ? '0 秒' : '0 s'
  const [size, zh, en] = units[first]!
  const name = (value: number, [, chinese, english]: [number, string, string]) => `${value}${isChinese ? chinese : ` ${english}`}`
  const rest = units[first + 1]
  const left = rest ? Math.floor((whole % size) / rest[0]) : 0
  return name(Math.floor(whole / size), [size, zh, en]) + (rest && left > 0 ? ` ${name(left, rest)}` : '')
}

export function duration(value: Duration | undefined): string {
  return value ? span(Number(value.seconds) + value.nanos / 1e9) : '–'
}

/** A short duration in milliseconds. */
export function milliseconds(value: Duration | undefined): string {
  return value ? `${decimals(Number(value.seconds) * 1000 + value.nanos / 1e6, 1)} ms` : '–'
}

/** The value of a tag as text. */
export function valueText(value: Value | undefined): string {
  switch (value?.kind.case) {
    case 'boolValue':
      return value.kind.value ? (getLanguage() === 'zh' ? '是' : 'yes') : getLanguage() === 'zh' ? '否' : 'no'
    case 'integerValue':
      return count(value.kind.value)
    case 'decimalValue':
      return value.kind.value
    case 'timeValue':
      return dateTime(value.kind.value)
    case 'stringValue':
      return value.kind.value
    default:
      return '–'
  }
}

export function megabytes(bytes: bigint | number): string {
  const mib = Number(bytes) / (1 << 20)
  return mib >= 1024 ? `${(mib / 1024).toFixed(1)} GiB` : `${mib.toFixed(0)} MiB`
}
