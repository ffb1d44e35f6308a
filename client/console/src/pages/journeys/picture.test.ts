import { describe, expect, it } from 'vitest'
import { fit, pictureOf } from './picture'

const size = { width: 150, height: 88 }

describe('the picture of a journey', () => {
  it('has each stage and way, as large as they need, with their texts made safe', () => {
    const stages = [
      { id: 'a', x: 0, y: 0, lines: ['<begun> & "so"', '12', '40 came'], isGoal: false },
      { id: 'b', x: 222, y: 0, lines: ['over'], isGoal: true },
    ]
    const { svg, width, height } = pictureOf(
      '申请',
      stages,
      [
        { from: 'a', to: 'b', label: 'after 2 d' },
        { from: 'a', to: 'gone', label: '' },
      ],
      size,
    )
    expect([width, height]).toEqual([222 + 150 + 48, 88 + 48 + 44])
    expect(svg).toContain('&lt;begun&gt; &amp; &quot;so&quot;')
    expect(svg.match(/marker-end/g)).toHaveLength(1)
    expect(svg).toContain('申请')
  })

  it('cuts what is too long for its stage', () => {
    expect(fit('申请已提交', 200, 14)).toBe('申请已提交')
    expect(fit('一'.repeat(300), 126, 14).length).toBeLessThan(12)
  })
})
