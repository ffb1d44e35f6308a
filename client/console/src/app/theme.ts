import { theme, type ThemeConfig } from 'antd'

const fonts = '-apple-system, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Segoe UI", Roboto, sans-serif'

/** The colours of figures and charts: told apart by people who see red and green alike. */
export const series = {
  light: ['#2b5a9b', '#0f8a80', '#b3661a', '#7a5195', '#5c6b7a', '#a63d57'],
  dark: ['#7fa8e3', '#4dbdb2', '#e0a35f', '#b795d1', '#9aa8b8', '#e08aa0'],
} as const

/** The looks of the pages: quiet colours, little between things, nothing that moves by itself. */
export function themeOf(name: 'light' | 'dark'): ThemeConfig {
  const isDark = name === 'dark'
  return {
    algorithm: isDark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    cssVar: { key: 'zhice' },
    hashed: false,
    token: {
      colorPrimary: isDark ? '#6f9be0' : '#2b5a9b',
      colorLink: isDark ? '#8db4ee' : '#245193',
      colorSuccess: isDark ? '#4dbdb2' : '#0b7a70',
      colorSuccessBg: isDark ? '#173a39' : '#e3f4f1',
      colorSuccessBorder: isDark ? '#27605c' : '#a9dad3',
      colorWarningBg: isDark ? '#3b2c1a' : '#fbf1e3',
      colorWarningBorder: isDark ? '#6b4e2a' : '#ecd0a8',
      colorWarning: isDark ? '#e0a35f' : '#a35a10',
      colorError: isDark ? '#ee8a8f' : '#b4323a',
      colorBgLayout: isDark ? '#12161c' : '#f4f6f9',
      colorBgContainer: isDark ? '#1a2029' : '#ffffff',
      colorBgElevated: isDark ? '#212936' : '#ffffff',
      colorTextSecondary: isDark ? 'rgba(232,238,247,0.72)' : 'rgba(23,32,46,0.70)',
      colorTextTertiary: isDark ? 'rgba(232,238,247,0.62)' : 'rgba(23,32,46,0.70)',
      colorTextDescription: isDark ? 'rgba(232,238,247,0.66)' : 'rgba(23,32,46,0.66)',
      colorTextPlaceholder: isDark ? 'rgba(232,238,247,0.62)' : 'rgba(23,32,46,0.68)',
      colorBorderSecondary: isDark ? '#2b3442' : '#e6eaf0',
      borderRadius: 6,
      fontFamily: fonts,
      fontSize: 14,
      motion: false,
    },
    components: {
      Layout: {
        headerHeight: 52,
        headerPadding: '0 20px',
        headerBg: isDark ? '#1a2029' : '#ffffff',
        siderBg: isDark ? '#161b23' : '#ffffff',
      },
      Menu: {
        itemHeight: 38,
        itemBg: 'transparent',
        activeBarBorderWidth: 0,
        itemSelectedBg: isDark ? '#233044' : '#e8eff9',
        itemSelectedColor: isDark ? '#a9c6f3' : '#1f4a86',
      },
      ...(isDark ? { Button: { primaryColor: '#0b1626' }, Tabs: { itemSelectedColor: '#8db4ee', itemHoverColor: '#a9c6f3' } } : {}),
      Card: { headerHeight: 44, headerFontSize: 15, bodyPadding: 16, headerPadding: 16 },
      Table: { cellPaddingBlockSM: 7, headerBg: isDark ? '#202835' : '#f7f9fb', headerSplitColor: 'transparent' },
      Statistic: { contentFontSize: 24, titleFontSize: 13 },
      Descriptions: { itemPaddingBottom: 8 },
    },
  }
}
