/**
 * For Windows PowerShell 5.1 and PowerShell 7.
 *
 * Before 7.3 an empty argument of a native program is dropped (about_Parsing, "Passing arguments that contain quote
 * characters"), so a word stands for it.
 */
export const POWERSHELL: string = [
  '# Completion of mm-secrets in PowerShell, printed by: mm-secrets completion powershell',
  'Register-ArgumentCompleter -Native -CommandName mm-secrets -ScriptBlock {',
  '    param($wordToComplete, $commandAst, $cursorPosition)',
  '    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |',
  '        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |',
  '        ForEach-Object { $_.Extent.Text })',
  "    $current = if ($wordToComplete) { $wordToComplete } else { '__empty' }",
  '    mm-secrets __complete @words $current 2>$null | ForEach-Object {',
  "        if ($_ -eq ':files') {",
  "            $option = if ($wordToComplete -match '^--[a-z-]+=') { $Matches[0] } else { '' }",
  "            Get-ChildItem -Path ($wordToComplete.Substring($option.Length) + '*') |",
  '                ForEach-Object { $option + (Resolve-Path -Relative -LiteralPath $_.FullName) }',
  "        } elseif ($_ -notlike ':program *') {",
  '            $word, $brief = $_ -split "`t", 2',
  '            if (-not $brief) { $brief = $word }',
  "            [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $brief)",
  '        }',
  '    }',
  '}',
  '',
].join('\n')
