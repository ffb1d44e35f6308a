import { indentWithTab } from '@codemirror/commands'
import { lintGutter, setDiagnostics } from '@codemirror/lint'
import { keymap, lineNumbers } from '@codemirror/view'
import { useEffect } from 'react'
import { offsetOf } from './offset'
import { useEditor } from './useEditor'

/** A fault of a text: where, from 1, and what would be right. */
export interface TextFault {
  line: number
  column: number
  description: string
}

interface Props {
  value: string
  onChange: (value: string) => void
  label: string
  faults: readonly TextFault[]
  readOnly?: boolean
}

/** An editor of texts of several lines; faults are marked where the host found them. Escape and Tab leave it. */
export default function TextEditor({ value, onChange, label, faults, readOnly = false }: Props) {
  const { host, view } = useEditor({
    value,
    onChange,
    label,
    readOnly,
    extensions: () => [lineNumbers(), lintGutter(), keymap.of([indentWithTab])],
  })
  useEffect(() => {
    const made = view.current
    if (!made) return
    const text = made.state.doc.toString()
    made.dispatch(
      setDiagnostics(
        made.state,
        faults
          .filter(({ line }) => line > 0)
          .map(({ line, column, description }) => {
            const from = Math.min(offsetOf(text, line, column), text.length)
            const length = Math.max(1, text.slice(from).search(/[\n\r]|$/))
            return { from, to: Math.min(text.length, from + length), severity: 'error' as const, message: description }
          }),
      ),
    )
  }, [faults])
  return <div className="editor is-tall" ref={host} />
}
