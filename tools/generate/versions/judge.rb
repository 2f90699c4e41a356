# Reads `a b` lines and answers `<`, `=`, `>` or `?` for each.
require 'rubygems'

STDIN.each_line do |line|
  a, b = line.split
  begin
    order = Gem::Version.new(a) <=> Gem::Version.new(b)
    puts ['<', '=', '>'][order + 1]
  rescue ArgumentError
    puts '?'
  end
end
