<?php
// What Moodle's coding style asks of a file as a whole, as far as it can be told without Moodle's own sniffs.
// Usage: php .ci/moodle_style.php FOLDER. Ends with 1 and a line for each fault.

const LICENCE = '// This file is part of Moodle - https://moodle.org/';
const LONGEST = 132;

$folder = rtrim($argv[1] ?? '', '/');
is_dir($folder) || exit("usage: moodle_style.php FOLDER\n");
$faults = array_merge(plugin_faults($folder), ...array_map('file_faults', php_files($folder)));
foreach ($faults as $fault) {
    fwrite(STDERR, "$fault\n");
}
exit($faults ? 1 : 0);

/** @return string[] every PHP file below a folder */
function php_files(string $folder): array {
    $files = [];
    foreach (new RecursiveIteratorIterator(new RecursiveDirectoryIterator($folder)) as $file) {
        if ($file->getExtension() === 'php') {
            $files[] = $file->getPathname();
        }
    }
    sort($files);
    return $files;
}

/** @return string[] faults of one file */
function file_faults(string $path): array {
    $text = file_get_contents($path);
    $faults = line_faults($path, explode("\n", $text));
    if (!str_starts_with($text, "<?php\n" . LICENCE . "\n") || !str_contains($text, 'GNU General Public License')) {
        $faults[] = "$path: the licence does not stand at its beginning";
    }
    foreach (['@package    block_cairn', '@copyright', '@license'] as $tag) {
        if (!str_contains($text, " * $tag")) {
            $faults[] = "$path: the file's comment lacks $tag";
        }
    }
    if (str_contains($text, '?>') || !str_ends_with($text, "\n") || str_ends_with($text, "\n\n")) {
        $faults[] = "$path: it must end with one line feed and no closing tag";
    }
    return array_merge($faults, namespace_faults($path, $text), token_faults($path, $text));
}

/** @return string[] faults of single lines */
function line_faults(string $path, array $lines): array {
    $faults = [];
    $texts = str_contains($path, '/lang/');
    foreach ($lines as $number => $line) {
        $place = "$path:" . ($number + 1);
        if (preg_match('/\s$/', $line) || str_contains($line, "\t") || str_contains($line, "\r")) {
            $faults[] = "$place: white space at the end, a tab or a carriage return";
        }
        if (!$texts && mb_strlen($line) > LONGEST) {
            $faults[] = "$place: longer than " . LONGEST . ' characters';
        }
        if (preg_match('/\b(elseif|var_dump|print_r|error_log)\b/', $line)) {
            $faults[] = "$place: not used in Moodle's code, or left from debugging";
        }
    }
    return $faults;
}

/** @return string[] a class below classes/ is found by its name; a script without one is not to be called directly */
function namespace_faults(string $path, string $text): array {
    if (preg_match('~/block_cairn/classes/(?:(.+)/)?(\w+)\.php$~', $path, $found)) {
        $namespace = 'block_cairn' . ($found[1] ? '\\' . str_replace('/', '\\', $found[1]) : '');
        $named = str_contains($text, "\nnamespace $namespace;\n") && preg_match("/^class $found[2]\\b/m", $text);
        return $named ? [] : ["$path: namespace or class is not what its place says"];
    }
    $guarded = str_contains($text, "defined('MOODLE_INTERNAL') || die();");
    return $guarded || preg_match('/^class /m', $text) ? [] : ["$path: it lacks the guard on MOODLE_INTERNAL"];
}

/** @return string[] faults told by tokens: names, long arrays, comments of functions and classes */
function token_faults(string $path, string $text): array {
    $faults = [];
    $tokens = PhpToken::tokenize($text);
    foreach ($tokens as $index => $token) {
        $place = "$path:$token->line";
        if ($token->is(T_VARIABLE) && preg_match('/[A-Z_]/', substr($token->text, 1)) && !moodle_global($token->text)) {
            $faults[] = "$place: $token->text is not in lower case without underscores";
        }
        if ($token->is(T_ARRAY) && next_token($tokens, $index)?->text === '(') {
            $faults[] = "$place: write [] for array()";
        }
        if ($token->is([T_FUNCTION, T_CLASS]) && next_token($tokens, $index)?->is(T_STRING) && !documented($tokens, $index)) {
            $faults[] = "$place: " . next_token($tokens, $index)->text . ' has no comment';
        }
    }
    return $faults;
}

/** Moodle's globals and those of PHP. */
function moodle_global(string $name): bool {
    return in_array($name, ['$CFG', '$DB', '$SITE', '$ADMIN', '$USER', '$PAGE', '$OUTPUT', '$COURSE'], true);
}

/** The next token that says something. */
function next_token(array $tokens, int $index): ?PhpToken {
    while (isset($tokens[++$index])) {
        if (!$tokens[$index]->isIgnorable()) {
            return $tokens[$index];
        }
    }
    return null;
}

/** Whether a comment stands before a function or class and its modifiers. */
function documented(array $tokens, int $index): bool {
    while (isset($tokens[--$index])) {
        if ($tokens[$index]->is(T_DOC_COMMENT)) {
            return true;
        }
        if (!$tokens[$index]->is([T_WHITESPACE, T_PUBLIC, T_PROTECTED, T_PRIVATE, T_STATIC, T_FINAL, T_ABSTRACT])) {
            return false;
        }
    }
    return false;
}

/** @return string[] faults between files: every text that is used is there, in order; the version is a number of a day */
function plugin_faults(string $folder): array {
    $faults = [];
    $lang = "$folder/lang/en/block_cairn.php";
    preg_match_all('/^\$string\[\'([^\']+)\'\]/m', file_get_contents($lang), $found);
    $sorted = $found[1];
    sort($sorted);
    if ($sorted !== $found[1] || $sorted !== array_unique($sorted)) {
        $faults[] = "$lang: the texts are not in order, or one stands twice";
    }
    foreach (php_files($folder) as $path) {
        preg_match_all("/(?:get_string|lang_string|moodle_exception)\\('([\\w:-]+)', 'block_cairn'/", file_get_contents($path), $used);
        foreach (array_diff($used[1], $found[1]) as $missing) {
            $faults[] = "$path: there is no text “{$missing}”";
        }
    }
    foreach (['version.php', 'block_cairn.php', 'db/access.php', 'db/services.php', 'classes/privacy/provider.php', 'README.md'] as $needed) {
        if (!is_file("$folder/$needed")) {
            $faults[] = "$folder: $needed is missing";
        }
    }
    if (!preg_match('/->version = 20\d{8};/', (string) @file_get_contents("$folder/version.php"))) {
        $faults[] = "$folder/version.php: the version is not YYYYMMDDXX";
    }
    return $faults;
}
