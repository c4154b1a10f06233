using Shop.Billing;

var app = WebApplication.Create(args);

app.MapGet("/rates/{sku}", (string sku) => Rates.Latest(sku)); // span: GET /rates/{sku}

var invoices = app.MapGroup("/invoices");
invoices.MapPost("/", Invoices.Create);
invoices.MapGet("/{id}", Invoices.Show);

app.Run();
