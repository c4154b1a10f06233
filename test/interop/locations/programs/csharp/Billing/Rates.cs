using System.Diagnostics;

namespace Shop.Billing;

public static class Rates
{
    private static readonly ActivitySource Source = new("Shop.Billing.Rates");

    public static double Latest(string sku)
    {
        using var activity = Source.StartActivity("rates.latest"); // span: rates.latest
        return Round(sku.Length / 3.0);
    }

    private static double Round(double rate)
    {
        var activity = Source.CreateActivity("rates.round", ActivityKind.Internal)?.Start(); // span: rates.round
        activity?.Stop();
        return Math.Round(rate, 2);
    }
}
