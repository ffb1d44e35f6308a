using System.Globalization;
using System.Text;

namespace Zhice.Bench.Bars;

/// <summary>
/// The Universal Scalability Law (N. Gunther, "Guerrilla Capacity Planning", 2007): the rate at n calls at once is
/// X(n) = λ·n / (1 + σ·(n − 1) + κ·n·(n − 1)).
/// </summary>
/// <param name="Single">λ: the rate of one call at a time, a second.</param>
/// <param name="Contention">σ: the part of the work that waits for others.</param>
/// <param name="Crosstalk">κ: what each pair costs.</param>
internal readonly record struct ScalingFit(double Single, double Contention, double Crosstalk)
{
    /// <summary>Fits the law to points by least squares of n / X(n), which is a polynomial: a + b·(n − 1) + c·n·(n − 1).</summary>
    /// <param name="points">Calls at once, and the rate; 3 or more. Each weighs by its rate, so that the error is one of the rate.</param>
    public static ScalingFit Of(IReadOnlyList<(int AtOnce, double PerSecond)> points)
    {
        var (sums, goals) = (new double[3, 3], new double[3]);
        foreach (var (n, rate) in points)
        {
            double[] terms = [1, n - 1, n * (n - 1.0)];
            var weight = rate / n;
            for (var row = 0; row < 3; row++)
            {
                goals[row] += terms[row] * (n / rate) * weight * weight;
                for (var column = 0; column < 3; column++)
                {
                    sums[row, column] += terms[row] * terms[column] * weight * weight;
                }
            }
        }

        var solved = Solve(sums, goals);
        return new(1 / solved[0], Math.Max(0, solved[1] / solved[0]), Math.Max(0, solved[2] / solved[0]));
    }

    /// <summary>The rate that the law gives.</summary>
    public double At(double n) => Single * n / (1 + (Contention * (n - 1)) + (Crosstalk * n * (n - 1)));

    /// <summary>The points, and the law beside them.</summary>
    public string ToText(IReadOnlyList<(int AtOnce, double PerSecond)> points)
    {
        var text = new StringBuilder(string.Create(
            CultureInfo.InvariantCulture, $"λ = {Single:N0}/s, σ = {Contention:0.0000}, κ = {Crosstalk:0.0000000}\n"));
        foreach (var (n, rate) in points)
        {
            text.Append(CultureInfo.InvariantCulture, $"{n,5} at once {rate,10:N0}/s, by the law {At(n),10:N0}/s\n");
        }

        return text.ToString();
    }

    // By Cramer's rule: three unknowns.
    private static double[] Solve(double[,] sums, double[] goals)
    {
        var whole = Determinant(sums);
        return [.. Enumerable.Range(0, 3).Select(unknown =>
        {
            var replaced = (double[,])sums.Clone();
            for (var row = 0; row < 3; row++)
            {
                replaced[row, unknown] = goals[row];
            }

            return Determinant(replaced) / whole;
        })];
    }

    private static double Determinant(double[,] m) =>
        (m[0, 0] * ((m[1, 1] * m[2, 2]) - (m[1, 2] * m[2, 1])))
        - (m[0, 1] * ((m[1, 0] * m[2, 2]) - (m[1, 2] * m[2, 0])))
        + (m[0, 2] * ((m[1, 0] * m[2, 1]) - (m[1, 1] * m[2, 0])));
}
