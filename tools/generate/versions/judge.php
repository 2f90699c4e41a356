<?php
// Reads `a b` lines and answers `<`, `=`, `>` or `?` for each. Branches have no order in composer, so they are `?`.
require getenv('COMPOSER_SEMVER') ?: '/usr/share/php/Composer/Semver/autoload.php';

$parser = new Composer\Semver\VersionParser();
while (($line = fgets(STDIN)) !== false) {
    [$a, $b] = explode(' ', trim($line));
    try {
        [$one, $other] = [$parser->normalize($a), $parser->normalize($b)];
        $branch = str_starts_with($one, 'dev-') || str_starts_with($other, 'dev-');
        echo $branch ? '?' : ['<', '=', '>'][version_compare($one, $other) + 1], "\n";
    } catch (UnexpectedValueException) {
        echo "?\n";
    }
}
