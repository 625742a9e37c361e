/// Where the output of attempts is kept.
package enum Logs {}
