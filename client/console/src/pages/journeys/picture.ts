/** A stage of a picture: its place, and its lines of text, of which the first is its name. */
export interface PictureStage {
  id: string
  x: number
  y: number
  lines: string[]
  isGoal: boolean
}

export interface PictureWay {
  from: string
  to: string
  label: string
}

interface Size {
  width: number
  height: number
}

const margin = 24
const head = 44
const fonts = 'PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Segoe UI, sans-serif'

/** A journey as an SVG of its own, light on white: to be kept, printed or sent. */
export function pictureOf(title: string, stages: PictureStage[], ways: PictureWay[], stage: Size): { svg: string } & Size {
  const right = Math.max(0, ...stages.map(({ x }) => x + stage.width))
  const below = Math.max(0, ...stages.map(({ y }) => y + stage.height))
  const [width, height] = [Math.ceil(right + 2 * margin), Math.ceil(below + 2 * margin + head)]
  const places = new Map(stages.map((each) => [each.id, each]))
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${fonts}">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    '<defs><marker id="end" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">',
    '<path d="M0 0L8 4L0 8z" fill="#5c6b7a"/></marker></defs>',
    text(margin, 28, title, 16, '#17202e', 600),
    `<g transform="translate(${margin} ${margin + head - 12})">`,
    ...ways.map((way) => wayOf(way, places, stage)),
    ...stages.map((each) => stageOf(each, stage)),
    '</g></svg>',
  ].join('')
  return { svg, width, height }
}

function stageOf({ x, y, lines, isGoal }: PictureStage, { width, height }: Size): string {
  const edge = isGoal ? 'stroke="#0f8a80" stroke-width="2"' : 'stroke="#c9d2de"'
  const [name = '', ...others] = lines
  return (
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8" fill="#ffffff" ${edge}/>` +
    text(x + 12, y + 26, fit(name, width - 24, 14), 14, '#17202e', 600) +
    others
      .map((line, i) => text(x + 12, y + 50 + 20 * i, fit(line, width - 24, 12), i === 0 ? 16 : 12, i === 0 ? '#17202e' : '#5c6b7a'))
      .join('')
  )
}

function wayOf({ from, to, label }: PictureWay, places: Map<string, PictureStage>, { width, height }: Size): string {
  const [a, b] = [places.get(from), places.get(to)]
  if (!a || !b) return ''
  const [x1, y1, x2, y2] = [a.x + width, a.y + height / 2, b.x, b.y + height / 2]
  const bend = Math.max(36, Math.abs(x2 - x1) / 2)
  return (
    `<path d="M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}" fill="none" stroke="#5c6b7a" marker-end="url(#end)"/>` +
    text((x1 + x2) / 2, (y1 + y2) / 2 - 6, label, 11, '#3d4a5a', 400, 'middle')
  )
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function text(x: number, y: number, said: string, size: number, fill: string, weight = 400, anchor = 'start'): string {
  const safe = said.replace(/[&<>"]/g, (sign) => escapes[sign]!)
  // A ground of white keeps labels readable where they cross a way.
  const ground = anchor === 'middle' ? ' stroke="#ffffff" stroke-width="3" paint-order="stroke"' : ''
  const looks = `font-size="${size}" font-weight="${weight}" fill="${fill}" text-anchor="${anchor}"${ground}`
  return `<text x="${x}" y="${y}" ${looks}>${safe}</text>`
}

/** As much of a text as fits into a width; a Chinese sign is as wide as it is high, another about half of that. */
export function fit(said: string, width: number, size: number): string {
  let used = 0
  for (let i = 0; i < said.length; i++) {
    used += said.charCodeAt(i) > 0x2e7f ? size : size * 0.56
    if (used > width) return `${said.slice(0, Math.max(1, i - 1))}…`
  }
  return said
}

/** Gives the picture to the person as a file, of vectors or of points. */
export async function download({ svg, width, height }: { svg: string } & Size, name: string, kind: 'svg' | 'png'): Promise<void> {
  const blob = kind === 'svg' ? new Blob([svg], { type: 'image/svg+xml' }) : await rendered(svg, width, height)
  const address = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = address
  link.download = `${name}.${kind}`
  link.click()
  URL.revokeObjectURL(address)
}

async function rendered(svg: string, width: number, height: number): Promise<Blob> {
  const image = new Image()
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`
  await image.decode()
  // As sharp on a screen with small points.
  const canvas = document.createElement('canvas')
  ;[canvas.width, canvas.height] = [2 * width, 2 * height]
  canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height)
  return new Promise((resolve, reject) =>
    canvas.toBlob((made) => (made ? resolve(made) : reject(new Error('The picture is too large.'))), 'image/png'),
  )
}
